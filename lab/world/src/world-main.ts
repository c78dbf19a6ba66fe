// The address of the program. What it does is in bin/, the only place that may read the environment.
import '../bin/world.ts';
