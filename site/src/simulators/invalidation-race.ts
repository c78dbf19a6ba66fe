import { invalidationRace } from '@lab/simulators';
import { defineSimulatorElement } from './simulator-element.ts';

defineSimulatorElement(invalidationRace);
