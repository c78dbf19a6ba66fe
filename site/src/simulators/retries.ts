import { retries } from '@lab/simulators';
import { defineSimulatorElement } from './simulator-element.ts';

defineSimulatorElement(retries);
