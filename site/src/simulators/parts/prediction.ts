import type { PageState, Prediction } from '@lab/simulators';
import { button, make } from './make.ts';

export interface PredictionForm {
  readonly element: HTMLElement;
  /** `answer` where it may be told: the run has ended. */
  show(prediction: Prediction, guess: PageState['guess'], answer: number | undefined): void;
}

interface PredictionParts {
  readonly id: string;
  readonly onGuess: (guess: number | 'skipped') => void;
  readonly onAgain: () => void;
}

/** Asks before anything is shown, since who has guessed looks closer. Nobody has to. */
export function createPrediction({ id, onGuess, onAgain }: PredictionParts): PredictionForm {
  const question = make('label', { for: `${id}-guess` });
  const field = make('input', {
    type: 'number',
    id: `${id}-guess`,
    min: 0,
    step: 1,
    required: true,
    class: 'sim-number',
  });
  const unit = make('span');
  const skip = button('Skip', () => onGuess('skipped'));
  const submit = make('button', { type: 'submit', class: 'sim-button sim-main' }, 'Draw my prediction');
  const form = make(
    'form',
    { class: 'sim-ask' },
    question,
    make('div', { class: 'sim-row' }, field, unit, submit, skip),
  );
  const told = make('p', { class: 'sim-told' });
  const again = button('Predict again', () => {
    onAgain();
    field.focus();
  });
  const answered = make('div', { class: 'sim-row' }, told, again);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onGuess(field.valueAsNumber);
  });

  return {
    element: make('div', { class: 'sim-prediction' }, form, answered),
    show(prediction, guess, answer) {
      question.textContent = prediction.question;
      unit.textContent = prediction.unit;
      field.max = String(prediction.max);
      form.hidden = guess !== undefined;
      answered.hidden = guess === undefined;
      told.textContent = sentence(prediction, guess, answer);
    },
  };
}

function sentence({ question, unit }: Prediction, guess: PageState['guess'], answer: number | undefined): string {
  if (typeof guess !== 'number') return `You have not predicted anything. The question is: ${question}`;
  if (answer === undefined) return `You said ${guess} ${unit}. The dashed line shows it.`;
  return answer === guess ? `You said ${guess} ${unit}, and so it is.` : `You said ${guess} ${unit}; it is ${answer}.`;
}
