// Does the text tell the calls of a quoted trace in their order?
#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kReference = "https://docs.kernel.org/admin-guide/bug-hunting.html";

struct Frame {
  std::string function;
  size_t line;
};

void run(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex frame(R"((?:^|[\s>\]])(\??)\s*([A-Za-z_][\w.]*)\+0x[0-9a-f]+/0x[0-9a-f]+)");
  static const Regex call(
      R"(\b([A-Za-z_][\w.]*_[\w.]*)(?:\(\))?\s+(?:then |directly |in turn |itself )?(calls?|called|invokes?|invoked|ruft|rief|enters?|entered)\s+(?:into )?(?:the )?([A-Za-z_][\w.]*_[\w.]*))");
  static const Regex arrow(R"(\b([A-Za-z_][\w.]*_[\w.]*)(?:\(\))?\s*(?:→|->)\s*([A-Za-z_][\w.]*_[\w.]*))");
  static const Regex by(
      R"(\b([A-Za-z_][\w.]*_[\w.]*)(?:\(\))?,?\s+(?:which )?(?:was |is |wurde |wird )(?:called|invoked|entered|von|aufgerufen)\s*(?:by|from|von|durch)?\s+([A-Za-z_][\w.]*_[\w.]*))");
  const auto& statements = subject.text.statements;
  std::vector<Frame> frames;
  for (const Statement& statement : statements) {
    if (statement.kind != Kind::Code || frames.size() > 2000) continue;
    const auto g = frame.find(statement.text);
    if (!g.empty() && g[1].text.empty()) frames.push_back({std::string(g[2].text), statement.line});
  }
  if (frames.size() < 2) return;
  const auto place = [&](std::string_view function) { return std::ranges::find(frames, function, &Frame::function); };
  const auto judge = [&](size_t index, std::string_view caller, std::string_view callee) {
    while (caller.ends_with('.')) caller.remove_suffix(1);
    while (callee.ends_with('.')) callee.remove_suffix(1);
    const auto first = place(caller);
    const auto second = place(callee);
    if (first == frames.end() || second == frames.end() || first == second) return;
    // Callers stand below. A function that is there twice says nothing.
    if (std::ranges::count(frames, caller, &Frame::function) != 1 ||
        std::ranges::count(frames, callee, &Frame::function) != 1)
      return;
    if (first->line > second->line) return;
    object(subject, out, index, "call-order",
           fmt::format("In the trace {} stands above {}: the most recent call is at the top, so {} called {}.", caller,
                       callee, callee, caller),
           {kReference}, {first->line, second->line});
  };
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn) continue;
    if (const auto g = call.find(statement.text); !g.empty()) {
      judge(i, g[1].text, g[3].text);
    } else if (const auto b = by.find(statement.text); !b.empty()) {
      judge(i, b[2].text, b[1].text);
    } else if (const auto a = arrow.find(statement.text); !a.empty()) {
      judge(i, a[1].text, a[2].text);
    }
  }
}

}  // namespace

extern const Check call_order_check;
const Check call_order_check{"are the calls of a quoted trace told in their order?", run};

}  // namespace inquest::review
