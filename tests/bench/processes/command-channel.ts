import { type ChildProcess, fork } from 'node:child_process'

/** What a process can be told to do: plain values in, plain values out. */
export type Commands = Readonly<Record<string, (...values: never[]) => Promise<unknown>>>

type Asked = { readonly id: number; readonly name: string; readonly values: readonly unknown[] }
type Answered = { readonly id: number; readonly value?: unknown; readonly failure?: string }

/** In the child: answers each command, one after the other or at once as they come, until the parent hangs up. */
export function serveCommands(commands: Commands): void {
  process.on('message', (asked: Asked) => {
    const command = commands[asked.name]
    const answer = (answered: Omit<Answered, 'id'>): void => void process.send?.({ id: asked.id, ...answered })
    if (command === undefined) {
      answer({ failure: `no command ${asked.name}` })
      return
    }
    command(...(asked.values as never[])).then(
      (value) => answer({ value }),
      (error: unknown) => answer({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}

/** A process of its own, so that relay and devices take neither time nor memory from each other. */
export class BenchProcess<Served extends Commands> {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #nextId = 1

  /** @param module path of a file that calls {@link serveCommands} */
  constructor(module: string, nodeArguments: readonly string[] = []) {
    this.#child = fork(module, [], { serialization: 'advanced', execArgv: [...nodeArguments] })
    this.#child.on('message', ({ id, value, failure }: Answered) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (failure === undefined) waiting?.resolve(value)
      else waiting?.reject(new Error(failure))
    })
    this.#child.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${module} ended with ${String(code)}`))
      this.#waiting.clear()
    })
  }

  call<Name extends keyof Served & string>(
    name: Name,
    ...values: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      // The other side's types are those of the module that it runs.
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#child.send({ id, name, values })
    })
  }

  /** Hangs up; resolves when the process is gone. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.disconnect()
    await gone
  }
}
