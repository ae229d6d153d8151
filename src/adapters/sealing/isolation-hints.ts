/** What stands between this system and a higher level of isolation, and what to do about it. */

import type { Text } from '../../model/text.ts'
import type { SystemFacts } from './system-facts.ts'

export function explainFacts(facts: SystemFacts): readonly Text[] {
  if (facts.platform !== 'linux')
    return [
      {
        en: 'Only Linux offers levels above 1: use a Linux machine or container for real data.',
        zh: '仅 Linux 提供 1 级以上隔离：处理真实数据请使用 Linux 主机或容器。',
      },
    ]
  return [...explainBubblewrap(facts), ...explainKoffi(facts), ...explainCores(facts)]
}

function explainBubblewrap({ bubblewrap, settings, isContainer }: SystemFacts): readonly Text[] {
  if (bubblewrap.ok) return []
  if (bubblewrap.reason === 'not installed')
    return [
      {
        en: 'Level 3 needs bubblewrap, which is not installed: apt-get install bubblewrap',
        zh: '3 级隔离需要 bubblewrap，尚未安装：apt-get install bubblewrap',
      },
    ]
  const hints: Text[] = [
    {
      en: `Level 3: bubblewrap cannot start a worker here: ${bubblewrap.reason}`,
      zh: `3 级隔离：bubblewrap 无法在此启动计算进程：${bubblewrap.reason}`,
    },
  ]
  if (settings['unprivilegedNamespaces'] === '0')
    hints.push(setting('kernel.unprivileged_userns_clone', '1'))
  if (settings['maximumNamespaces'] === '0')
    hints.push(setting('user.max_user_namespaces', '15000'))
  if (settings['appArmor'] === '1')
    hints.push({
      en: 'AppArmor restricts user namespaces: add a profile with "userns," for /usr/bin/bwrap',
      zh: 'AppArmor 限制用户命名空间：请为 /usr/bin/bwrap 添加含 “userns,” 的配置',
    })
  if (isContainer)
    hints.push({
      en: "A container's default seccomp profile forbids namespaces; level 2 works within it",
      zh: '容器默认的 seccomp 配置禁止命名空间；其中仍可使用 2 级隔离',
    })
  return hints
}

function setting(name: string, value: string): Text {
  return {
    en: `This system forbids user namespaces: sysctl ${name}=${value}`,
    zh: `本机禁止用户命名空间：sysctl ${name}=${value}`,
  }
}

function explainKoffi({ hasKoffi }: SystemFacts): readonly Text[] {
  if (hasKoffi) return []
  return [
    {
      en: 'Level 2 needs the optional package koffi: npm ci --include=optional',
      zh: '2 级隔离需要可选依赖 koffi：npm ci --include=optional',
    },
  ]
}

function explainCores({ settings }: SystemFacts): readonly Text[] {
  if (settings['corePattern']?.startsWith('|') !== true) return []
  return [
    {
      en: 'kernel.core_pattern hands core dumps to a program; workers are started so that it gets none',
      zh: 'kernel.core_pattern 会把核心转储交给程序；计算进程的启动方式使其得不到任何转储',
    },
  ]
}
