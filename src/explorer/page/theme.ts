/** @file Dark or light: as the system says, until the reader says otherwise, which is then kept. */
import { effect, signal } from "@preact/signals";

type Theme = "light" | "dark";
const KEPT = "anygiven-theme";

const system = matchMedia("(prefers-color-scheme: dark)");
const said = signal<Theme | undefined>(keptTheme());
export const theme = signal<Theme>("light");

const follow = () => {
  theme.value = said.value ?? (system.matches ? "dark" : "light");
};
system.addEventListener("change", follow);
effect(follow);
effect(() => {
  document.documentElement.dataset.theme = theme.value;
});

export function showOtherTheme(): void {
  said.value = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEPT, said.value);
  } catch {
    // A page whose storage is shut off keeps it for as long as it is open.
  }
}

function keptTheme(): Theme | undefined {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === "dark" || kept === "light" ? kept : undefined;
  } catch {
    return undefined;
  }
}
