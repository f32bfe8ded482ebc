// netconsole_setup: commands and notes that set netconsole up: `modprobe netconsole ...`.
// docs/formats/netconsole_setup.md
#include <string>

#include "base/text.h"
#include "decode/line_reader.h"
#include "decode/shell_prompt.h"

namespace inquest::decode {
namespace {

// What stands behind "modprobe netconsole": with its keyword or without; empty for another line.
std::string_view parameter_of(std::string_view line) {
  for (const std::string_view start : {"modprobe netconsole ", "insmod netconsole.ko ", "modprobe -v netconsole "}) {
    if (const size_t at = line.find(start); at != std::string_view::npos) return trim(line.substr(at + start.size()));
  }
  return {};
}

// The receiver's side: "nc -u -l 6666", "socat udp-recv:6666 -".
bool receiver(std::string_view line) {
  return line.find("nc -u -l") != std::string_view::npos || line.find("nc -lu") != std::string_view::npos ||
         line.find("nc -ul") != std::string_view::npos || line.find("socat udp") != std::string_view::npos;
}

class NetconsoleSetup : public LineReader {
 public:
  using LineReader::LineReader;

 private:
  void line(std::string_view text, const Place& place) override {
    const auto prompt = parse_shell_prompt(text);
    if (prompt && !prompt->host.empty()) host_ = std::string(prompt->host);
    if (const auto value = parameter_of(text); !value.empty()) {
      sink().fact(host_, "netconsole.parameter", value.substr(0, 512), place);
    } else if (receiver(text)) {
      sink().fact(host_, "netconsole.receiver", trim(text).substr(0, 256), place);
    }
  }

  std::string host_;
};

Claim sniff(const Head& head) {
  size_t ours = 0;
  size_t others = 0;
  for (const std::string_view text : head.lines(50)) {
    const std::string_view line = trim(text);
    if (line.empty() || line[0] == '#') continue;
    ++(!parameter_of(line).empty() ? ours : others);
  }
  return head.complete && ours != 0 && others <= 10 ? Claim::Likely : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<NetconsoleSetup>(sink); }

}  // namespace

extern const Decoder netconsole_setup_decoder;
const Decoder netconsole_setup_decoder{"netconsole_setup", "commands that set netconsole up", sniff, open};

}  // namespace inquest::decode
