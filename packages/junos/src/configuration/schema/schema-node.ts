import type { ValueType } from './value-types.ts';

/** An identifier of a list. */
export interface SchemaKey {
  /** Its name in XML and JSON. */
  readonly name: string;
  /** What it may be. */
  readonly type: ValueType;
  /** Keyword between the identifier before and this one, such as `to-zone`. */
  readonly word?: string;
  /** Whether it may be left out, with its keyword. */
  readonly optional?: boolean;
}

/** What may be said about any statement. */
export interface SchemaOptions {
  /** Name in XML and JSON where it is not the keyword. */
  readonly element?: string;
  /** Statements of one choice exclude each other: setting one takes the others away. */
  readonly choice?: string;
  /** Whether it means something without statements below; otherwise it goes with the last of them. */
  readonly presence?: boolean;
  /** Whether the device keeps the list in an order of its own; otherwise it stays as it was typed. */
  readonly sorted?: boolean;
  /** Whether the keyword is left out: `interfaces { xe-7/0/0 { ... } }`. */
  readonly bare?: boolean;
  /** Whether nothing stands below an entry: what follows on its line stands beside it. */
  readonly isLeaf?: boolean;
  /** Whether it is written on one line with the only statement below it. */
  readonly oneLine?: boolean;
  /** Whether it is written on one line with all statements below it. */
  readonly inline?: boolean;
  /** Whether each statement below is written with this keyword before it: `family inet { ... }`. */
  readonly joined?: boolean;
  /** Whether the model knows it and does nothing with it. */
  readonly inert?: boolean;
  /** Whether the model does without: everything below is kept, and does nothing. */
  readonly unmodelled?: boolean;
}

type Children = readonly SchemaNode[] | (() => readonly SchemaNode[]);

/**
 * What is known about a statement: its form, its help, its values and what stands below it.
 *
 * Fidelity: documented. Names, forms and ranges are those of the Junos statement reference as far as the model uses them;
 * help texts are ours.
 */
export class SchemaNode {
  /** A container has statements below, a list is one of them per identifier, a flag is a keyword, a leaf has a value. */
  readonly kind: 'container' | 'list' | 'leaf' | 'leaf-list' | 'flag';
  /** Keyword. */
  readonly name: string;
  /** What it is for, as the help shows it. */
  readonly help: string;
  /** Identifiers of a list. */
  readonly keys: readonly SchemaKey[];
  /** Values of a leaf. */
  readonly type: ValueType | null;
  /** The rest. */
  readonly options: SchemaOptions;
  private readonly given: Children;
  private table: Map<string, SchemaNode> | null = null;
  private bareList: SchemaNode | null = null;

  constructor(
    kind: SchemaNode['kind'],
    name: string,
    help: string,
    parts: { keys?: readonly SchemaKey[]; type?: ValueType; children?: Children; options?: SchemaOptions },
  ) {
    this.kind = kind;
    this.name = name;
    this.help = help;
    this.keys = parts.keys ?? [];
    this.type = parts.type ?? null;
    this.options = parts.options ?? {};
    this.given = parts.children ?? [];
  }

  /** Statements that may stand below. */
  get children(): readonly SchemaNode[] {
    return typeof this.given === 'function' ? this.given() : this.given;
  }

  /** Name in XML and JSON. */
  get element(): string {
    return this.options.element ?? this.name;
  }

  /** Returns what a word below names: a keyword, or the identifier of a list without keyword; `null` if neither. */
  child(word: string): SchemaNode | null {
    if (this.table === null) {
      this.table = new Map();
      for (const child of this.children) {
        if (child.options.bare) this.bareList = child;
        else this.table.set(child.name, child);
      }
    }
    const found = this.table.get(word);
    if (found !== undefined) return found;
    return this.bareList !== null && this.bareList.keys[0].type.check(word) === null ? this.bareList : null;
  }
}

/** A statement with statements below. */
export function container(name: string, help: string, children: Children, options: SchemaOptions = {}): SchemaNode {
  return new SchemaNode('container', name, help, { children, options });
}

/** Statements with an identifier. */
export function list(
  name: string,
  help: string,
  key: ValueType,
  children: Children,
  options: SchemaOptions = {},
): SchemaNode {
  return new SchemaNode('list', name, help, { keys: [{ name: 'name', type: key }], children, options });
}

/** Statements with several identifiers. */
export function listOf(
  name: string,
  help: string,
  keys: readonly SchemaKey[],
  children: Children,
  options: SchemaOptions = {},
): SchemaNode {
  return new SchemaNode('list', name, help, { keys, children, options });
}

/** A keyword with a value. */
export function leaf(name: string, help: string, type: ValueType, options: SchemaOptions = {}): SchemaNode {
  return new SchemaNode('leaf', name, help, { type, options });
}

/** A keyword with values. */
export function leafList(name: string, help: string, type: ValueType, options: SchemaOptions = {}): SchemaNode {
  return new SchemaNode('leaf-list', name, help, { type, options });
}

/** A keyword. */
export function flag(name: string, help: string, options: SchemaOptions = {}): SchemaNode {
  return new SchemaNode('flag', name, help, { options });
}

/** A hierarchy that the model does without. */
export function unmodelled(name: string, help: string): SchemaNode {
  return new SchemaNode('container', name, help, { options: { unmodelled: true } });
}
