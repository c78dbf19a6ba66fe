import { cacheStampede } from '@lab/simulators';
import { defineSimulatorElement } from './simulator-element.ts';

defineSimulatorElement(cacheStampede);
