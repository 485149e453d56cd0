// The relay knows this file's built name: this worker alone may compile WebAssembly. It may make no policy and load no
// script, so it doesn't import the one that the page and the engine have.
import '@salus/engine/kdf-worker'
