import { integer, TEXT } from '../configuration/schema/value-types.ts';
import { oneMay, oneMust, type Place, value, word } from './_place.ts';

/** What output may be piped through. `display set` and `compare` are for configurations. */
export function pipePlace(isConfiguration: boolean): Place {
  const pattern = oneMust([value({ ...TEXT, shown: '<pattern>' }, 'Pattern to match')]);
  return oneMust([
    ...(isConfiguration
      ? [
          word(
            'compare',
            'Compare configuration changes with prior version',
            oneMay([
              word(
                'rollback',
                'Compare with rolled back configuration',
                oneMust([value(integer(0, 49), 'Rollback number')]),
              ),
            ]),
          ),
        ]
      : []),
    word('count', 'Count occurrences'),
    word(
      'display',
      'Show additional kinds of information',
      oneMust([
        word('json', 'Show output in JSON format'),
        ...(isConfiguration ? [word('set', "Show 'set' commands that create configuration")] : []),
        word('xml', 'Show output as XML tags'),
      ]),
    ),
    word('except', 'Show only text that does not match a pattern', pattern),
    word('find', 'Search for first occurrence of pattern', pattern),
    word('last', 'Display end of output only', oneMay([value(integer(1, 1_000_000), 'Number of lines')])),
    word('match', 'Show only text that matches a pattern', pattern),
    word('no-more', "Don't paginate output"),
  ]);
}
