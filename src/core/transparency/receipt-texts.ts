/** What each check of a receipt says when it passes and when it fails. */

export const RECEIPT_TEXTS = {
  format: {
    pass: { en: 'the document is a receipt', zh: '文件为回执' },
    fail: { en: 'the document is not a receipt', zh: '文件不是回执' },
  },
  policy: {
    pass: {
      en: 'keys are taken from the policy you supplied',
      zh: '密钥取自您提供的信任策略',
    },
    fail: { en: 'the trust policy is malformed', zh: '信任策略格式错误' },
    embedded: {
      en: "keys are taken from the receipt's own policy: compare them with a source you trust",
      zh: '密钥取自回执自带的信任策略，请与可信来源核对',
    },
  },
  checkpoint: {
    pass: {
      en: 'a trusted log signed the checkpoint and the quorum of witnesses is met',
      zh: '检查点由受信任的日志签名，见证方数量符合要求',
    },
    fail: { en: 'the checkpoint cannot be trusted', zh: '检查点不可信' },
  },
  statement: {
    pass: { en: 'a trusted log signed the statement', zh: '声明由受信任的日志签名' },
    fail: {
      en: 'the statement is malformed or not signed by a trusted log',
      zh: '声明格式错误，或不是受信任日志的签名',
    },
  },
  inclusion: {
    pass: {
      en: 'every event is in the log under the checkpoint',
      zh: '每个事件均在检查点所涵盖的日志中',
    },
    fail: {
      en: 'an event is not in the log under the checkpoint',
      zh: '存在不在检查点所涵盖日志中的事件',
    },
  },
  job: {
    pass: { en: 'statement and events are about the same job', zh: '声明与事件属于同一作业' },
    fail: {
      en: 'statement, events and expected job are not the same job',
      zh: '声明、事件与预期作业不一致',
    },
  },
  chain: {
    pass: {
      en: 'the events of the job are gapless from its submission',
      zh: '作业事件自提交起连续无缺',
    },
    fail: {
      en: 'an event of the job is missing, changed or out of order',
      zh: '作业事件缺失、被改动或次序颠倒',
    },
  },
  release: {
    pass: { en: 'the log names the released digest', zh: '日志载有发布内容的摘要' },
    fail: {
      en: 'no release entry of the job names the digest of the statement',
      zh: '作业的发布条目未载明声明中的摘要',
    },
  },
  result: {
    pass: { en: 'your bytes are the released bytes', zh: '您的文件即所发布的内容' },
    fail: { en: 'your bytes are not the released bytes', zh: '您的文件不是所发布的内容' },
  },
} as const
