/** @file Which table of a VOTable is read, and what a first look at all its rows shows: how many there are, how long arrays are. */
import { InputError } from "../../../base/errors.ts";
import { unknownName } from "../../../base/suggestions.ts";
import type { DataFile } from "../source.ts";
import { readVotable, type VotableHead } from "./document.ts";
import { partsOfText, type RowTaker, type VotableField } from "./fields.ts";

/** A table, all of whose rows have been looked at. */
export interface VotableTable extends VotableHead {
  readonly rows: number;
  /** By field: of variable arrays the least and the greatest number of items in a row that has any. */
  readonly items: readonly ({ readonly least: number; readonly most: number } | undefined)[];
}

export interface VotableSurvey {
  readonly table: VotableTable;
  /** What the service says beside it, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * Goes through the document once.
 * @param group the table's name, ID or number from 1; by default the only one, or the only one among the results.
 * @throws InputError for a document without a table, or with several to choose from, and for a service's error.
 */
export async function surveyedTable(file: DataFile, group: string | undefined): Promise<VotableSurvey> {
  const counts: TableCount[] = [];
  const infos: { readonly name: string; readonly value: string; readonly text: string }[] = [];
  const passes = readVotable(file, {
    table: (head) => {
      const count = new TableCount(head);
      counts.push(count);
      return count;
    },
    info: (name, value, text) => infos.push({ name: name.trim().toUpperCase(), value: value.trim(), text }),
  });
  for await (const _ of passes);
  const status = infos.filter(({ name }) => name === "QUERY_STATUS");
  const failed =
    status.find(({ value }) => value.toUpperCase() === "ERROR") ??
    (counts.length === 0 ? infos.find(({ name }) => name === "ERROR") : undefined);
  if (failed) {
    const said = failed.text || failed.value;
    throw new InputError(
      `${file.label} is no table but the error of a service: ${said
        .replace(/\s+/g, " ")
        .replace(/[.\s"]+$/, "")
        .replace(/^[\s"]+/, "")}; mend the query and fetch it again.`,
    );
  }
  const isCut = status.some(({ value }) => value.toUpperCase() === "OVERFLOW");
  const remarks = isCut
    ? ["the service cut the table at its limit of rows (QUERY_STATUS OVERFLOW); what it left out is not here"]
    : [];
  return {
    table: chosenTable(
      counts.map((each) => each.table),
      group,
      file.label,
    ),
    remarks,
  };
}

/** Looks at rows without keeping any. */
class TableCount implements RowTaker {
  readonly #head: VotableHead;
  readonly #items: ({ least: number; most: number } | undefined)[];
  readonly #isWanted: readonly boolean[];
  #rows = 0;

  constructor(head: VotableHead) {
    this.#head = head;
    this.#isWanted = head.fields.map(isVariableArray);
    this.#items = head.fields.map(() => undefined);
  }

  readonly wants = (field: number) => this.#isWanted[field];

  text(field: number, text: string): void {
    this.#count(field, partsOfText(this.#head.fields[field], text).length);
  }

  bytes(field: number, _: Buffer, { items, isNull }: { items: number; isNull: boolean }): void {
    if (!isNull) this.#count(field, items);
  }

  endRow(): void {
    this.#rows++;
  }

  get table(): VotableTable {
    return { ...this.#head, rows: this.#rows, items: this.#items };
  }

  #count(field: number, items: number): void {
    if (items === 0) return;
    const before = this.#items[field];
    if (before === undefined) this.#items[field] = { least: items, most: items };
    else {
      before.least = Math.min(before.least, items);
      before.most = Math.max(before.most, items);
    }
  }
}

/** Whether rows may have different numbers of values, of which a column for each can be made where they have not. */
function isVariableArray({ isVariable, isText, fixed, datatype }: VotableField): boolean {
  return isVariable && !isText && fixed.length === 0 && datatype !== undefined && datatype.kind !== "other";
}

/** Of more tables not all are listed. */
const LISTED_AT_MOST = 10;

function chosenTable(
  tables: readonly VotableTable[],
  group: string | undefined,
  label: string,
): VotableTable {
  if (group !== undefined) {
    const said = group.trim();
    const isNumber = /^\d+$/.test(said);
    const found = tables.filter(
      ({ name, id, number }) => name === said || id === said || (isNumber && number === Number(said)),
    );
    const [first] = found;
    if (first === undefined) throw new InputError(unknownName("table", said, tables.map(nameOf), label));
    if (found.length === 1) return first;
    throw new InputError(severalTables(found, label));
  }
  const results = tables.filter(({ resource }) => resource === "results");
  const described = tables.filter(({ resource }) => resource !== "meta");
  const possible = [results, described, tables].find((each) => each.length > 0) ?? [];
  if (possible.length > 1) throw new InputError(severalTables(possible, label));
  const [only] = possible;
  if (only === undefined) throw new InputError(`${label} holds no table (a TABLE with FIELDs).`);
  return only;
}

function nameOf({ name, id, number }: VotableTable): string {
  return name ?? id ?? String(number);
}

function severalTables(tables: readonly VotableTable[], label: string): string {
  const listed = tables.slice(0, LISTED_AT_MOST).map((table) => {
    const names = table.fields.slice(0, 3).map(({ name }) => name);
    const own = table.name ?? table.id;
    const rows = `${table.rows} ${table.rows === 1 ? "row" : "rows"}`;
    return `${table.number}${own === undefined ? "" : ` "${own}"`} (${rows}: ${names.join(", ")}${table.fields.length > 3 ? ", ..." : ""})`;
  });
  const more = tables.length > LISTED_AT_MOST ? ", and more" : "";
  return `${label} holds more than one table: ${listed.join(", ")}${more}; name one by its number or name with \`group\`.`;
}
