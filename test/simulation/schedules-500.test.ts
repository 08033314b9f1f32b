import { schedules } from './schedules.ts';

schedules(500, 500);
