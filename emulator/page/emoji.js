// The emoji that bankers and the bot use; any other keeps its :name:.

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", white_check_mark: "✅", heavy_check_mark: "✔️", eyes: "👀",
  tada: "🎉", heart: "❤️", pray: "🙏", wastebasket: "🗑️", bulb: "💡", warning: "⚠️", x: "❌", question: "❓",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", mag: "🔍", bank: "🏦", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", calendar: "📅", date: "📅", bell: "🔔", no_entry: "⛔", lock: "🔒", wave: "👋",
  smile: "😄", slightly_smiling_face: "🙂", thinking_face: "🤔", rocket: "🚀", fire: "🔥", star: "⭐", moneybag: "💰",
  speech_balloon: "💬", memo: "📝", page_facing_up: "📄", paperclip: "📎", repeat: "🔁", arrows_counterclockwise: "🔄",
  large_green_circle: "🟢", large_red_circle: "🔴", red_circle: "🔴", large_yellow_circle: "🟡", robot_face: "🤖",
  information_source: "ℹ️", stopwatch: "⏱️", sparkles: "✨", clipboard: "📋", rotating_light: "🚨", clap: "👏",
};

const SKIN = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };

export const QUICK = ["+1", "-1", "white_check_mark", "eyes", "tada", "heart", "pray", "wastebasket"];

export function emoji(name) {
  const [bare, tone] = name.split("::skin-tone-");
  return bare in EMOJI ? EMOJI[bare] + (tone ? (SKIN[tone] ?? "") : "") : `:${name}:`;
}
