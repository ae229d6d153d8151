/** `trust` and `keys rotate-noise`: what belongs to the keys of a home. */

import { type Command, parseCommand } from '../command.ts'
import { HOME, homeOf } from '../home-option.ts'

export const trust: Command = {
  usage: 'trust [--home DIR]',
  summary: {
    en: "Print the trust policy of this home's log, for auditors to verify with",
    zh: '打印此主目录日志的信任策略，供审计人员验证使用',
  },
  run: async (args, { world, printer }) => {
    const { values } = parseCommand(args, HOME, { from: 0, to: 0 })
    const policy = await world.commands.trustPolicy(homeOf(values))
    if (policy === undefined) {
      printer.note({
        en: 'This home has no log yet: "glovebox serve" makes its key. Is --home right?',
        zh: '此主目录尚无日志：“glovebox serve” 会生成其密钥。请检查 --home。',
      })
      return 1
    }
    world.stdout(policy)
    return 0
  },
}

export const rotateNoise: Command = {
  usage: 'keys rotate-noise [--home DIR]',
  summary: {
    en: 'Start a new noise key; a gateway uses it from its next start, old keys stay for replays',
    zh: '启用新的噪声密钥；网关下次启动时生效，旧密钥保留用于重放',
  },
  run: async (args, { world, printer }) => {
    const { values } = parseCommand(args, HOME, { from: 0, to: 0 })
    const epoch = await world.commands.rotateNoiseKey(homeOf(values))
    if (epoch === undefined) {
      printer.note({
        en: 'This home has no noise key yet: "glovebox serve" makes the first. Is --home right?',
        zh: '此主目录尚无噪声密钥：“glovebox serve” 会生成首个密钥。请检查 --home。',
      })
      return 1
    }
    printer.line({ en: `Noise key: epoch ${epoch}`, zh: `噪声密钥：第 ${epoch} 期` })
    printer.note({
      en: 'A running gateway keeps the old key: restart it to use the new one.',
      zh: '运行中的网关仍使用旧密钥：请重启网关以启用新密钥。',
    })
    return 0
  },
}
