/** Asks a crowded room for the people whose name has in it what was typed; loaded when somebody first types such a name. */
import type { Signal } from "@preact/signals";
import { effect } from "@preact/signals";
import type { Person } from "../protocol/server-frames.ts";
import { readPeopleHere } from "./people-here.ts";
import { Question } from "./question.ts";

const typingPauseMs = 150;

export class CrowdNames {
  readonly #peopleUrl: string;
  readonly #question = new Question(readPeopleHere);

  constructor(peopleUrl: string, found: Signal<readonly Person[]>) {
    this.#peopleUrl = peopleUrl;
    effect(() => {
      const reply = this.#question.reply.value;
      if (reply.state === "answered") found.value = reply.answer.people;
    });
  }

  ask(query: string): void {
    this.#question.ask(`${this.#peopleUrl}?q=${encodeURIComponent(query)}`, typingPauseMs);
  }
}
