export { type ByHand, byHandOf } from './by-hand.ts';
export { type CodeFence, codeFencesOf, codeOf, fillCode, regionOf } from './code.ts';
export { type Figures, figuresOf, figuresSchema, type Measurement } from './figures.ts';
export { type FigureBlock, figureBlocksOf, withFigures } from './figures-in-lesson.ts';
export { idsOf, linkIds, type NamedId, pageOf, sectionOf } from './ids.ts';
export { sentencesOf } from './prose.ts';
export { type Choice, type Question, questionProblems, questionsOf } from './questions.ts';
export { type Readability, readabilityOf, syllablesOf, wordsOf } from './readability.ts';
export { listedChecksOf, withWrongFixes } from './wrong-fixes.ts';
