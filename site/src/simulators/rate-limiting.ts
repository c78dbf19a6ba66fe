import { rateLimiting } from '@lab/simulators';
import { defineSimulatorElement } from './simulator-element.ts';

defineSimulatorElement(rateLimiting);
