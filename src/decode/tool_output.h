// What programs print, as people paste it into files: with the prompt and command in front, or without; for one
// device after the other; with another program's output in between.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/line_reader.h"

namespace inquest::decode {

// Programs by their names without a folder: {"smartctl"}.
using Programs = std::initializer_list<std::string_view>;

// The command that a line shows to have been typed, if it runs one of the programs: "root@pve1:~# smartctl -a
// /dev/sda", "$ sudo lscpu", "# lscpu". A view into the line.
std::optional<std::string_view> typed_command(std::string_view line, Programs programs);

// "key: value", "key : value", "key = value": trimmed views. Nothing where the separator or the key is missing.
struct Field {
  std::string_view key;
  std::string_view value;
};
std::optional<Field> split_field(std::string_view line, char separator = ':');

// "Current Pending Sector" as part of a fact's key: "current-pending-sector". At most 64 characters.
std::string key_of(std::string_view words);

// What a sniffer needs to know of the first lines.
struct ToolHead {
  bool asked = false;                   // the first command that was typed runs one of the programs
  std::vector<std::string_view> lines;  // what was printed, without blank lines; empty where something else was asked
};
ToolHead tool_head(const Head& head, Programs programs, size_t at_most = 100);

// Hands over what the programs printed, line by line, blank lines included; what was typed is the fact "command". Output
// of other commands in the same file is left out, with a diagnostic.
class ToolReader : public LineReader {
 protected:
  ToolReader(Sink& sink, Programs programs) : LineReader(sink), programs_(programs.begin(), programs.end()) {}

  virtual void output(std::string_view text, const Place& place) = 0;
  // A command of one of the programs was typed; what follows is its output.
  virtual void command(std::string_view /*typed*/, const Place& /*place*/) {}

  // Of the last prompt; empty where none names one.
  const std::string& host() const { return host_; }
  void fact(std::string_view key, std::string_view value, const Place& place) { sink().fact(host_, key, value, place); }

 private:
  void line(std::string_view text, const Place& place) final;

  std::vector<std::string_view> programs_;
  std::string host_;
  bool foreign_ = false;
};

}  // namespace inquest::decode
