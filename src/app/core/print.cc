// print: variables and memory, by an expression.
#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_value.h"
#include "base/text.h"
#include "vmcore/expression.h"

namespace inquest::app {
namespace {

using vmcore::Value;

constexpr size_t kMostText = 16U << 20U;  // of one answer

struct Wish {
  std::string expression;
  ValueStyle style;
};

Result<Wish> parse(std::span<const std::string> words) {
  Wish out;
  for (const std::string& word : words) {
    if (out.expression.empty() && (word == "-x" || word == "/x" || word == "-d" || word == "/d")) {
      out.style.hex = word[1] == 'x';
      continue;
    }
    out.expression += (out.expression.empty() ? "" : " ") + word;
  }
  if (out.expression.empty()) return fail(ErrorCode::Failed, "print takes an expression");
  return out;
}

// Of a list's elements it is said where they are; of one value only where that is news.
std::string line_of(vmcore::Kernel& kernel, const Value& value, bool is_list, const ValueStyle& style) {
  std::string out;
  if (value.is_place && (is_list || vmcore::is_structure(value.type))) {
    out = fmt::format("{:#x}: ", value.address.value);
  }
  if (vmcore::is_structure(value.type)) out += printable(vmcore::name_of(value.type)) + " ";
  return out + value_text(kernel, value, style) + "\n";
}

std::string json_of(vmcore::Kernel& kernel, const Value& value, const ValueStyle& style) {
  JsonObject out;
  out.add("type", value.type.plain() && !value.untyped ? std::string("long") : vmcore::name_of(value.type));
  if (value.is_place) {
    out.add("address", value.address);
  } else {
    out.raw("address", "null");
  }
  return out.raw("value", value_json(kernel, value, style)).text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  const auto wish = parse(words);
  if (!wish) return fail(wish.error());
  auto evaluated = vmcore::evaluate(session.kernel, wish->expression);
  if (!evaluated) {
    // Without symbols or types nearly nothing has a name, and that is the reason to give.
    if (evaluated.error().code == ErrorCode::NotFound && !session.kernel.problems().empty()) {
      return fail(evaluated.error().code, evaluated.error().text() + "; " + session.kernel.problems().front());
    }
    return fail(evaluated.error());
  }
  for (const Value& value : evaluated->values) {
    if (!value.untyped || evaluated->is_list) continue;
    const auto number = vmcore::number_of(session.kernel, value);
    if (!number) return fail(number.error());
  }
  CoreAnswer out;
  out.problems = std::move(evaluated->problems);
  if (session.json) {
    out.text =
        JsonObject()
            .add("expression", wish->expression)
            .raw("values", json_array(evaluated->values,
                                      [&](const Value& one) { return json_of(session.kernel, one, wish->style); }))
            .text() +
        "\n";
    return out;
  }
  for (const Value& value : evaluated->values) {
    out.text += line_of(session.kernel, value, evaluated->is_list, wish->style);
    if (out.text.size() > kMostText) {
      out.problems.push_back(fmt::format("the answer is longer than {} bytes: the rest of {} is left out", kMostText,
                                         counted(evaluated->values.size(), "value")));
      break;
    }
  }
  if (evaluated->values.empty()) out.text = "(nothing in the list)\n";
  return out;
}

}  // namespace

extern const CoreCommand print_core_command;
const CoreCommand print_core_command = {
    .name = "print",
    .other_names = "p",
    .synopsis = "print [-x] EXPRESSION",
    .summary = "init_task.comm, ((struct mm_struct *)ADDR)->pgd, runqueues:0, list(modules, struct module, list)->name",
    .run = run};

}  // namespace inquest::app
