/** @file The same question on the command line and in TypeScript, to be copied. */
import { useSignal } from "@preact/signals";
import { commandLine, typeScript } from "./question-words.ts";
import { columns, given, model, of, remark } from "./state.ts";

export function Elsewhere() {
  const name = model.value?.command?.model ?? model.value?.name ?? "MODEL";
  if (Object.hasOwn(given.value, of.value) || columns.value.length === 0) return null;
  return (
    <>
      <Copied label="On the command line" text={commandLine(columns.value, given.value, of.value, name)} />
      <Copied label="In TypeScript" text={typeScript(columns.value, given.value, of.value, name)} />
    </>
  );
}

function Copied({ label, text }: { readonly label: string; readonly text: string }) {
  const isCopied = useSignal(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        isCopied.value = true;
        setTimeout(() => {
          isCopied.value = false;
        }, 1500);
      },
      () => {
        remark.value = "The browser does not let this page copy: select the text instead.";
      },
    );
  return (
    <figure class="code">
      <figcaption>
        {label}
        <button type="button" class="plain" onClick={copy}>
          {isCopied.value ? "copied" : "copy"}
        </button>
      </figcaption>
      <pre>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
