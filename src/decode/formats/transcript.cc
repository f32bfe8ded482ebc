// transcript: a terminal session that somebody pasted: prompts, commands and what each printed, of several programs.
// docs/formats/transcript.md
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/part.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostParts = 10'000;
// So many parts are looked at by the sniffer, so much of each.
constexpr size_t kLooks = 40;

// One command with what it printed. Views into the whole.
struct Typed {
  ShellPrompt prompt;
  std::string_view with_prompt;
  std::string_view output;
};

// "$ uptime", "# free -h": without a host it may be a comment, so a program's name has to follow, in small letters.
bool starts_part(const ShellPrompt& prompt, std::string_view line, bool after_blank) {
  if (prompt.command.empty()) return false;
  if (!prompt.host.empty() || trim(line).starts_with('$')) return true;
  const std::string_view word = prompt.command.substr(0, prompt.command.find(' '));
  const std::string_view program = word.substr(word.rfind('/') + 1);
  return after_blank && !program.empty() &&
         program.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == std::string_view::npos;
}

// The commands of a session; what stands before the first is none's.
std::vector<Typed> commands_of(std::string_view bytes) {
  std::vector<Typed> out;
  size_t part_begin = 0;
  size_t output_begin = 0;
  bool after_blank = true;
  const auto close = [&](size_t end) {
    if (out.empty()) return;
    out.back().with_prompt = bytes.substr(part_begin, end - part_begin);
    out.back().output = bytes.substr(output_begin, end - output_begin);
  };
  for (size_t at = 0; at < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const size_t next = std::min(end + 1, bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    const auto prompt = parse_shell_prompt(line.substr(0, 4096));
    if (prompt && starts_part(*prompt, line, after_blank)) {
      close(at);
      if (out.size() == kMostParts) return out;
      out.push_back({*prompt, {}, {}});
      part_begin = at;
      output_begin = next;
    }
    after_blank = trim(line).empty();
    at = next;
  }
  close(bytes.size());
  return out;
}

// Whether the command shows what others wrote: logs and files, whose decoders know of no prompts.
bool shows_others(std::string_view command) {
  static constexpr std::string_view kPrograms[] = {"dmesg", "journalctl", "cat",  "tail",  "head",  "less",
                                                   "more",  "zcat",       "grep", "egrep", "zgrep", "xzcat"};
  const std::string_view word = command.substr(0, command.find(' '));
  return std::ranges::find(kPrograms, word.substr(word.rfind('/') + 1)) != std::ranges::end(kPrograms);
}

// Decoders of a tool's output know the command in front of it; others take what follows.
const Decoder* decoder_of(const Typed& typed, std::string_view& bytes) {
  const std::string_view name = part_name(typed.prompt.command);
  bytes = typed.with_prompt;
  if (trim(typed.output).empty()) return nullptr;
  const Decoder* with = part_decoder(name, typed.with_prompt);
  const Decoder* without = part_decoder(name, typed.output);
  const auto claim = [&](const Decoder* decoder, std::string_view text) {
    return decoder == nullptr ? Claim::No : decoder->sniff({text.substr(0, 64 * 1024), name, text.size() <= 64 * 1024});
  };
  const Claim asked = claim(with, typed.with_prompt);
  const Claim shown = claim(without, typed.output);
  if (asked > shown || (asked == shown && !shows_others(typed.prompt.command))) return with;
  bytes = typed.output;
  return without;
}

class Transcript : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    const auto commands = commands_of(bytes);
    if (commands.size() == kMostParts)
      sink().problem(place_of(commands.back().output), "more commands than are read: the rest was left out");
    std::string_view host;
    bool one_host = true;
    for (const Typed& typed : commands) {
      if (typed.prompt.host.empty()) continue;
      one_host = one_host && (host.empty() || host == typed.prompt.host);
      host = typed.prompt.host;
    }
    if (one_host && !host.empty()) sink().fact({}, "host", host, place_of(host));
    if (!commands.empty()) {
      const size_t before = static_cast<size_t>(commands.front().with_prompt.data() - bytes.data());
      if (!trim(bytes.substr(0, before)).empty())
        read(bytes.substr(0, before), sink().file_name(), "text before the first command");
    }
    for (const Typed& typed : commands) part(typed);
  }

  void part(const Typed& typed) {
    const std::string_view command = typed.prompt.command;
    sink().fact(typed.prompt.host, "command", command.substr(0, 512), place_of(command));
    if (trim(typed.output).empty()) return;
    std::string_view bytes;
    if (decoder_of(typed, bytes) != nullptr) {
      read(bytes, part_name(command), "");
      return;
    }
    const std::string_view word = command.substr(0, command.find(' '));
    sink().problem(place_of(command), fmt::format("the output of {} is not understood", ellipsis(printable(word), 40)));
  }

  void read(std::string_view bytes, std::string_view name, std::string_view otherwise) {
    const Place whole = place_of(bytes);
    const Place at{whole.offset, 0, whole.line};
    if (!read_part(sink(), at, name, bytes) && !otherwise.empty()) sink().problem(place_of(trim(bytes)), otherwise);
  }
};

// "==== general system info ====": a report, whose commands look like typed ones (pvereport).
bool is_report(const Head& head) {
  return std::ranges::any_of(head.lines(), [](std::string_view line) { return line.starts_with("==== "); });
}

Claim sniff(const Head& head) {
  // The last part may be cut where the head is.
  const auto commands = commands_of(head.bytes);
  if (commands.size() < 2 || is_report(head)) return Claim::No;
  std::vector<std::string_view> seen;
  for (size_t i = 0; i < commands.size() && i < kLooks; ++i) {
    std::string_view bytes;
    const Decoder* decoder = decoder_of(commands[i], bytes);
    if (decoder == nullptr || decoder->name == "shell_commands") continue;
    if (std::ranges::find(seen, decoder->name) == seen.end()) seen.push_back(decoder->name);
    if (seen.size() == 2) return Claim::Composed;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Transcript>(sink); }

}  // namespace

extern const Decoder transcript_decoder;
const Decoder transcript_decoder{"transcript", "a pasted terminal session: the output of several commands", sniff,
                                 open};

}  // namespace inquest::decode
