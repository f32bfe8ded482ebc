// Would the netconsole parameter that the report gives send anything?
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "reason/netconsole_parameter.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kReference = "https://docs.kernel.org/networking/netconsole.html";

// The parameter in the line, as it was typed; empty where none stands there, or only its syntax.
std::string parameter_in(std::string_view text) {
  static const Regex module(R"(\b(?:modprobe|insmod|options) +netconsole +(\S.*)$)");
  static const Regex parameter(R"(\bnetconsole=(["']?\S.*)$)");
  std::string_view found;
  std::string keyword;
  if (const auto g = parameter.find(text); !g.empty()) {
    found = g[1].text;
    keyword = "netconsole=";
  } else if (const auto m = module.find(text); !m.empty()) {
    found = m[1].text;
    if (found.find('@') == std::string_view::npos && !found.contains("[email")) return {};
  }
  if (found.empty()) return {};
  const bool obfuscated = found.contains("[email");
  if (!obfuscated) {
    while (found.starts_with('"') || found.starts_with('\'')) found.remove_prefix(1);
    found = found.substr(0, found.find_first_of(" \"'`;)"));
    while (found.ends_with('.') || found.ends_with(',')) found.remove_suffix(1);
    // "netconsole=[+][src-port]@[src-ip]/..." and "netconsole=<source>" are the syntax, not an attempt.
    if (found.find_first_of("[<${") != std::string_view::npos || found.contains("...")) return {};
    if (found.empty() || (!found.contains('@') && !found.contains(',') && !found.contains('/'))) return {};
  }
  return keyword + std::string(found);
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex denied(
      R"(\b(wrong|broken|mangled|falsch|kaputt|fehlerhaft|does not work|funktioniert nicht|invalid|ungültig)\b)");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.withdrawn || denied.found_in(statement.text) || !contains_nocase(statement.text, "netconsole"))
      continue;
    const std::string parameter = parameter_in(statement.text);
    if (parameter.empty()) continue;
    const auto reading = reason::read_netconsole(parameter);
    // Broadcasts and a default device work in many a network: no fault of a report.
    if (!reading.fatal) continue;
    std::string faults;
    for (const std::string& fault : reading.faults) faults += (faults.empty() ? "" : "; ") + fault;
    object(subject, out, i, "netconsole-argument",
           fmt::format("As written this sends nothing: {}. The syntax is [+][r][src-port]@[src-ip]/[dev],[tgt-port]@"
                       "<tgt-ip>/[tgt-mac]; it should read {}.",
                       faults, reading.mended),
           {kReference});
    if (reading.mangled || faults.contains("no target MAC")) {
      object(subject, out, i, "netconsole-no-target-mac",
             "There is no MAC address of the receiver (or of the gateway to it) behind the last slash: messages go out "
             "as broadcasts, which no router passes on.",
             {kReference});
    }
  }
}

}  // namespace

extern const Check netconsole_check;
const Check netconsole_check{"would the netconsole parameter that is given send anything?", run};

}  // namespace inquest::review
