// modprobe.d: what kernel modules are told, kept from loading, or loaded with; one file, or `cat /etc/modprobe.d/*`.
// Source: modprobe.d(5); libkmod/libkmod-config.c, kmod_config_parse().
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

struct Command {
  std::string_view name;
  std::string_view fact;
  bool has_rest;  // something must follow the module's name
};

constexpr Command kCommands[] = {
    {"alias", "modprobe.alias", true},     {"blacklist", "modprobe.blacklist", false},
    {"install", "modprobe.install", true}, {"options", "modprobe.options", true},
    {"remove", "modprobe.remove", true},   {"softdep", "modprobe.softdep", true},
    {"weakdep", "modprobe.weakdep", true},
};

struct Statement {
  const Command* command = nullptr;  // null: not one of modprobe's
  std::string_view module;
  std::string_view rest;
};

// Takes the next word off the front.
std::string_view next_word(std::string_view& text) {
  text = trim(text);
  const size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

Statement parse(std::string_view line) {
  Statement out;
  const std::string_view name = next_word(line);
  const auto* const command = std::ranges::find(kCommands, name, &Command::name);
  out.module = next_word(line);
  out.rest = line;
  const bool whole =
      command != std::ranges::end(kCommands) && !out.module.empty() && (!command->has_rest || !out.rest.empty());
  if (whole) out.command = command;
  return out;
}

// What stands between the files of `cat`, `head` and `tail`, and is no statement.
bool is_frame(std::string_view line) {
  if (line.starts_with("==> ") && line.ends_with(" <==")) return true;
  const auto prompt = parse_shell_prompt(line);
  return prompt && (prompt->command.empty() || prompt->command.find("modprobe.d") != std::string_view::npos);
}

class ModprobeConf : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    if (statement_.empty()) {
      place_ = place;
    } else {
      place_.length =
          static_cast<uint32_t>(std::min<uint64_t>(place.offset + place.length - place_.offset, UINT32_MAX));
    }
    const bool goes_on = text.ends_with('\\');
    if (goes_on) text.remove_suffix(1);
    // The blanks of an indented continuation say no more than one.
    if (statement_.ends_with(' ')) text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const size_t room = kMaxLine - std::min(statement_.size(), kMaxLine);
    if (text.size() > room)
      sink().problem(place_, "a statement of many lines that is too long: the rest of it was skipped");
    statement_.append(text.substr(0, room));
    if (goes_on && !statement_.empty()) return;
    statement();
  }

  void end() override { statement(); }

  void statement() {
    record(trim(statement_));
    statement_.clear();
  }

  void record(std::string_view text) {
    if (is_frame(text)) {
      if (const auto prompt = parse_shell_prompt(text); prompt && !prompt->host.empty()) host_ = prompt->host;
      return;
    }
    if (text.empty() || text[0] == '#') return;
    const Statement parsed = parse(text);
    if (parsed.command == nullptr) {
      return sink().problem(place_,
                            fmt::format("not a statement that modprobe knows: \"{}\"", ellipsis(printable(text), 40)));
    }
    const std::string_view rest = parsed.command->has_rest ? parsed.rest : std::string_view{};
    sink().fact(host_, parsed.command->fact, trim(fmt::format("{} {}", parsed.module, rest)), place_);
  }

  std::string statement_;  // with its continuation lines
  Place place_;
  std::string host_;
};

// Whether a statement can hardly be prose: "options for the weekend" is one for modprobe, too.
bool telling(const Statement& parsed) {
  const std::string_view name = parsed.command->name;
  const auto words = split_blanks(parsed.rest);
  if (name == "blacklist") return words.empty();
  if (name == "options") return words.front().find('=') != std::string_view::npos;
  if (name == "softdep") return words.front() == "pre:" || words.front() == "post:";
  if (name == "alias") return words.size() == 1;
  if (name == "install" || name == "remove") return words.front().find('/') != std::string_view::npos;
  return words.size() == 1;
}

Claim sniff(const Head& head) {
  size_t known = 0;
  size_t told = 0;
  size_t others = 0;
  std::string statement;
  for (std::string_view line : head.lines(500)) {
    const bool goes_on = line.ends_with('\\');
    if (goes_on) line.remove_suffix(1);
    statement += line;
    if (goes_on) continue;
    const std::string_view text = trim(statement);
    if (!text.empty() && text[0] != '#' && !is_frame(text)) {
      const Statement parsed = parse(text);
      ++(parsed.command != nullptr ? known : others);
      if (parsed.command != nullptr && telling(parsed)) ++told;
    }
    statement.clear();
  }
  if (told == 0) return Claim::No;
  if (others == 0 && told == known) return Claim::Certain;
  return others * 4 <= known ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<ModprobeConf>(sink); }

}  // namespace

extern const Decoder modprobe_conf_decoder;
const Decoder modprobe_conf_decoder = {"modprobe_conf", "modprobe.d: options, blacklists and dependencies of modules",
                                       sniff, open};

}  // namespace inquest::decode
