// Gives the built service worker its short address, /sw.js, which the Trusted Types policy knows.
import './service-worker.ts'
