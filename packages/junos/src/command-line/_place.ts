import type { ValueType } from '../configuration/schema/value-types.ts';

/** What may come next on a command line. */
export interface Place {
  /** Words and values that may come. */
  readonly choices: readonly Choice[];
  /** Whether the line may end here. */
  readonly isComplete: boolean;
  /** Whether a pipe may follow. */
  readonly hasPipe?: boolean;
}

/** One of the things that may come next. */
export interface Choice {
  /** The word; `null` for a value. */
  readonly word: string | null;
  /** How help shows it. */
  readonly shown: string;
  /** What it is for. */
  readonly help: string;
  /** What the value may be. */
  readonly type: ValueType | null;
  /** Whether the word is a name that was given, which is not shortened when a command runs. */
  readonly isName?: boolean;
  /** What may come after it. */
  readonly next: (text: string) => Place;
}

/** Nothing more. */
export const END: Place = { choices: [], isComplete: true, hasPipe: true };

/** A word. */
export function word(text: string, help: string, next: Place | (() => Place) = END, isName = false): Choice {
  return {
    word: text,
    shown: text,
    help,
    type: null,
    isName,
    next: () => (typeof next === 'function' ? next() : next),
  };
}

/** A value. */
export function value(type: ValueType, help: string, next: Place | ((text: string) => Place) = END): Choice[] {
  const after = (text: string) => (typeof next === 'function' ? next(text) : next);
  const words = (type.words ?? []).map((each) => word(each.word, each.help, () => after(each.word)));
  const isClosed = type.words !== undefined && type.range === undefined;
  return isClosed ? words : [...words, { word: null, shown: type.shown, help, type, next: after }];
}

/** Where one of some things must come. */
export function oneMust(choices: readonly (Choice | readonly Choice[])[]): Place {
  return { choices: choices.flat(), isComplete: false };
}

/** Where one of some things may come, or nothing. */
export function oneMay(choices: readonly (Choice | readonly Choice[])[]): Place {
  return { choices: choices.flat(), isComplete: true, hasPipe: true };
}

/** Something that may be given once, in any order with others: a word, with a value or without. */
export interface Option {
  readonly word: string;
  readonly help: string;
  readonly type?: ValueType;
  /** Options of one group exclude each other. */
  readonly group?: string;
}

/** Where options may come in any order. */
export function optionsPlace(options: readonly Option[], isComplete: boolean = true): Place {
  const choices = options.map((option) => {
    const rest = () => {
      const others = options.filter(
        (each) => each !== option && (option.group === undefined || each.group !== option.group),
      );
      return optionsPlace(others);
    };
    const { type } = option;
    return word(option.word, option.help, type === undefined ? rest : oneMust([value(type, option.help, rest)]));
  });
  return { choices, isComplete, hasPipe: true };
}
