/** @file The bar on top: which model, comparing two questions, sharing, saving, dark or light. */
import type { ModelColumn } from "../../columns/encoding.ts";
import { csvOf, pngOf, save, svgOf } from "./export.ts";
import { cellWords } from "./question-words.ts";
import {
  axes,
  columns,
  curves,
  failure,
  given,
  messageOf,
  model,
  models,
  openModel,
  other,
  remark,
} from "./state.ts";
import { showOtherTheme, theme } from "./theme.ts";

export function Top() {
  return (
    <header>
      <h1>
        <img src="./icon.svg" alt="" width={26} height={26} />
        anygiven
      </h1>
      {models.value.length > 1 ? (
        <select
          aria-label="the model"
          value={model.value?.name}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {models.value.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <span class="model">{model.value?.name}</span>
      )}
      <span class="grow" />
      <Compare />
      <button
        type="button"
        class="plain anew"
        onClick={startAnew}
        disabled={Object.keys(given.value).length === 0}
      >
        let all go
      </button>
      <button type="button" class="plain" onClick={share}>
        share
      </button>
      <Export />
      <button
        type="button"
        class="plain theme"
        onClick={showOtherTheme}
        aria-label={`show it ${theme.value === "dark" ? "light" : "dark"}`}
      >
        {theme.value === "dark" ? "☀" : "☾"}
      </button>
    </header>
  );
}

function choose(name: string): void {
  const wanted = models.value.find((each) => each.name === name);
  if (!wanted) return;
  history.replaceState(null, "", `#${new URLSearchParams({ model: name })}`);
  openModel(wanted, new URL(wanted.folder, location.href).href).catch((error: unknown) => {
    failure.value = messageOf(error);
  });
}

function startAnew(): void {
  given.value = {};
}

function share(): void {
  navigator.clipboard.writeText(location.href).then(
    () => {
      remark.value = "The address of this question is copied: whoever opens it sees what you see.";
    },
    () => {
      remark.value = "The address bar holds this question: copy it from there.";
    },
  );
}

function Compare() {
  const isComparing = other.value !== undefined;
  if (!isComparing)
    return (
      <button
        type="button"
        class="plain"
        title="keep this question's answers behind the next ones"
        onClick={() => (other.value = given.value)}
      >
        compare
      </button>
    );
  return (
    <>
      <button
        type="button"
        class="plain compared"
        title="swap the two questions"
        onClick={() => {
          const kept = other.value ?? {};
          other.value = given.value;
          given.value = kept;
        }}
      >
        swap
      </button>
      <button type="button" class="plain compared" onClick={() => (other.value = undefined)}>
        end
      </button>
    </>
  );
}

function Export() {
  const name = model.value?.name ?? "model";
  const told = () =>
    Object.entries(given.value).map(([each, cell]) => `${each} ${cellWords(columnNamed(each), cell)}`);
  const picture = () => {
    const plots = [...document.querySelectorAll<HTMLElement>(".line")].flatMap((line) => {
      const plot = line.querySelector<SVGSVGElement>("svg.plot");
      return plot ? [{ label: line.dataset.name ?? "", plot }] : [];
    });
    return svgOf(told().length === 0 ? name : `${name}, given ${told().join(", ")}`, plots);
  };
  const files: Readonly<Record<string, () => Promise<Blob>>> = {
    svg: async () => new Blob([picture()], { type: "image/svg+xml" }),
    png: () => pngOf(picture()),
    csv: async () =>
      new Blob([curves.value ? csvOf(columns.value, axes.value, curves.value) : ""], { type: "text/csv" }),
  };
  const wanted = (kind: string) =>
    files[kind]().then(
      (made) => save(`${name}.${kind}`, made),
      (error: unknown) => {
        remark.value = messageOf(error);
      },
    );
  return (
    <details class="menu">
      <summary>save</summary>
      <div>
        {Object.keys(files).map((kind) => (
          <button
            key={kind}
            type="button"
            class="plain"
            onClick={(event) => {
              event.currentTarget.closest("details")?.removeAttribute("open");
              void wanted(kind);
            }}
          >
            {{ svg: "picture (SVG)", png: "picture (PNG)", csv: "densities (CSV)" }[kind]}
          </button>
        ))}
      </div>
    </details>
  );
}

function columnNamed(name: string): ModelColumn {
  const column = columns.value.find((each) => each.name === name);
  if (!column) throw new Error(`there is no column ${name}`);
  return column;
}
