// inquest decode: one number or line out of a crash, explained.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/choice.h"
#include "app/command.h"
#include "app/decode_kind.h"
#include "app/message.h"
#include "app/nearest.h"
#include "app/output.h"
#include "app/terminal.h"
#include "base/file.h"
#include "base/text.h"
#include "report/document.h"
#include "report/text.h"

namespace inquest::app {
namespace {

constexpr std::string_view kName = "decode";
constexpr size_t kMostInput = size_t{1} << 20U;  // of standard input; a machine check's lines are a few hundred bytes

// As given on the command line.
struct Given {
  std::string format = "text";
  std::string vendor;
  std::string arch;
  std::string bank, family, model, ipid, address, misc, severity;
  bool correctable = false;
};

struct Answer {
  const DecodeKind* kind = nullptr;
  std::vector<crashtext::Reading> readings;
};

Result<std::optional<uint64_t>> number_of(std::string_view option, const std::string& text, int base) {
  if (text.empty()) return std::optional<uint64_t>();
  const auto value = parse_number(text, base);
  if (!value) return fail(ErrorCode::Malformed, fmt::format("{}: \"{}\" is no number", option, text));
  return value;
}

Result<DecodeOptions> understand(const Given& given) {
  DecodeOptions options;
  options.correctable = given.correctable;
  if (!given.vendor.empty()) {
    const std::string vendor = lower(given.vendor);
    if (vendor != "intel" && vendor != "amd")
      return fail(ErrorCode::Malformed, fmt::format("--vendor: \"{}\" is neither intel nor amd", given.vendor));
    options.vendor = vendor == "intel" ? crashtext::CpuVendor::Intel : crashtext::CpuVendor::Amd;
  }
  if (!given.arch.empty()) {
    const auto arch = crashtext::parse_arch(lower(given.arch));
    if (!arch)
      return fail(ErrorCode::Malformed, fmt::format("--arch: \"{}\" is not known; there are x86_64, i386, arm64, arm, "
                                                    "riscv, ppc64, ppc, s390, mips, sparc and loongarch",
                                                    given.arch));
    options.arch = *arch;
  }
  struct Number {
    std::string_view name;
    const std::string& text;
    std::optional<uint64_t>& field;
    int base;
  };
  for (const Number& number : std::initializer_list<Number>{{"--bank", given.bank, options.bank, 10},
                                                            {"--family", given.family, options.family, 10},
                                                            {"--model", given.model, options.model, 10},
                                                            {"--ipid", given.ipid, options.ipid, 16},
                                                            {"--addr", given.address, options.address, 16},
                                                            {"--misc", given.misc, options.misc, 16},
                                                            {"--severity", given.severity, options.severity, 16}}) {
    const auto value = number_of(number.name, number.text, number.base);
    if (!value) return fail(value.error());
    number.field = *value;
  }
  return options;
}

Result<std::string> standard_input() {
  File file = File::standard_input();
  std::string text;
  std::array<char, 16384> buffer{};
  while (text.size() < kMostInput) {
    const auto got = file.read_next(buffer);
    if (!got) return fail(got.error());
    if (*got == 0) break;
    text.append(buffer.data(), std::min(*got, kMostInput - text.size()));
  }
  return text;
}

const DecodeKind* find_kind(std::string_view name) {
  for (const DecodeKind* kind : decode_kinds()) {
    if (kind->name == name) return kind;
  }
  return nullptr;
}

// Of a value without a kind: the kinds that are surest of it; several where they are equally sure.
std::vector<Answer> recognise(std::string_view text, const DecodeOptions& options) {
  std::vector<Answer> answers;
  Claim best = Claim::Possible;
  for (const DecodeKind* kind : decode_kinds()) {
    const Claim claim = kind->claim(text);
    if (claim < best) continue;
    auto readings = kind->read(text, options);
    if (!readings) continue;
    if (claim > best) answers.clear();
    best = claim;
    answers.push_back({kind, *std::move(readings)});
  }
  return answers;
}

void add_reading(const crashtext::Reading& reading, bool with_notes, report::Document& document) {
  report::Text head(reading.what, report::Style::Strong);
  head.add(": ").add(reading.meaning);
  document.emplace_back(report::Paragraph{std::move(head)});
  if (!with_notes) return;
  if (!reading.fields.empty()) {
    report::List fields{report::List::Kind::Labelled, {}};
    for (const auto& field : reading.fields)
      fields.items.push_back({report::Text(field.name), {report::Text(field.value)}, {}});
    document.emplace_back(std::move(fields));
  }
  if (!reading.notes.empty()) {
    report::List notes{report::List::Kind::Bulleted, {}};
    for (const std::string& note : reading.notes) notes.items.push_back({{}, {report::Text(note)}, {}});
    document.emplace_back(std::move(notes));
  }
}

std::string as_text(std::span<const Answer> answers, bool recognised) {
  report::Document document;
  if (recognised && answers.size() > 1) {
    document.emplace_back(
        report::Paragraph{report::Text("This can be read in several ways; name the kind to get one in full:")});
  }
  for (const Answer& answer : answers) {
    for (const crashtext::Reading& reading : answer.readings) add_reading(reading, answers.size() == 1, document);
    if (recognised) {
      document.emplace_back(report::Paragraph{
          report::Text(answers.size() == 1 ? fmt::format("Read as `inquest decode {}`.", answer.kind->name)
                                           : fmt::format("  inquest decode {} ...", answer.kind->name),
                       report::Style::Faint)});
    }
  }
  return report::render_text(document, text_width(), use_colour(Colour::Auto));
}

std::string as_json(std::string_view input, std::span<const Answer> answers, bool recognised) {
  using Json = nlohmann::ordered_json;
  Json out = {{"schema", 1}, {"input", printable(input)}, {"recognised", recognised}, {"readings", Json::array()}};
  for (const Answer& answer : answers) {
    for (const crashtext::Reading& reading : answer.readings) {
      Json one_reading = {{"kind", answer.kind->name},
                          {"what", printable(reading.what)},
                          {"meaning", printable(reading.meaning)},
                          {"fields", Json::array()},
                          {"notes", Json::array()}};
      for (const auto& field : reading.fields)
        one_reading["fields"].push_back({{"name", printable(field.name)}, {"value", printable(field.value)}});
      for (const std::string& note : reading.notes) one_reading["notes"].push_back(printable(note));
      out["readings"].push_back(std::move(one_reading));
    }
  }
  return out.dump(2) + "\n";
}

ExitStatus list_kinds(bool json) {
  if (json) {
    nlohmann::ordered_json out = {{"schema", 1}, {"kinds", nlohmann::ordered_json::array()}};
    for (const DecodeKind* kind : decode_kinds()) {
      out["kinds"].push_back({{"kind", kind->name}, {"summary", kind->summary}, {"example", kind->example}});
    }
    return print(out.dump(2) + "\n");
  }
  report::List list{report::List::Kind::Labelled, {}};
  for (const DecodeKind* kind : decode_kinds()) {
    report::Text example("inquest decode ", report::Style::Faint);
    const bool quoted = kind->example.find_first_of(" <|'") != std::string_view::npos &&
                        kind->example.find(" --") == std::string_view::npos;
    example.add(
        quoted ? fmt::format("{} \"{}\"", kind->name, kind->example) : fmt::format("{} {}", kind->name, kind->example),
        report::Style::Faint);
    list.items.push_back(
        {report::Text(kind->name, report::Style::Strong), {report::Text(kind->summary), std::move(example)}, {}});
  }
  const report::Document document = {report::Heading{2, "What can be decoded"}, std::move(list)};
  return print(report::render_text(document, text_width(), use_colour(Colour::Auto)));
}

ExitStatus decode(const Given& given, std::span<const std::string> arguments) {
  if (const auto wrong = wrong_choice("--format", given.format, {"text", "json"}); !wrong.empty()) {
    return usage_error(wrong, kName);
  }
  const bool json = given.format == "json";
  const auto options = understand(given);
  if (!options) return usage_error(options.error().message, kName);
  if (arguments.empty()) return list_kinds(json);

  const DecodeKind* kind = find_kind(arguments.front());
  if (kind != nullptr) arguments = arguments.subspan(1);
  std::string text;
  for (const std::string& argument : arguments) {
    if (argument == "-") {
      const auto input = standard_input();
      if (!input) {
        complain(input.error().text());
        return ExitStatus::Failed;
      }
      text += *input;
    } else {
      text += text.empty() ? argument : " " + argument;
    }
  }
  if (trim(text).empty()) {
    return usage_error(kind != nullptr ? fmt::format("{} what? For instance: inquest decode {} {}", kind->name,
                                                     kind->name, kind->example)
                                       : std::string("an empty argument has no meaning"),
                       kName);
  }

  std::vector<Answer> answers;
  if (kind != nullptr) {
    auto readings = kind->read(trim(text), *options);
    if (!readings) return usage_error(readings.error().message, kName);
    answers.push_back({kind, *std::move(readings)});
  } else {
    answers = recognise(trim(text), *options);
    if (answers.empty()) {
      return usage_error(fmt::format("\"{}\" is nothing that is recognised by itself; `inquest decode` lists the "
                                     "kinds, one of which can be named before it",
                                     ellipsis(printable(text), 60)),
                         kName);
    }
  }
  return print(json ? as_json(text, answers, kind == nullptr) : as_text(answers, kind == nullptr));
}

Run define(CLI::App& options) {
  const auto given = std::make_shared<Given>();
  options.add_option("--format", given->format, "text (the default) or json")->type_name("FORMAT");
  options.add_option("--vendor", given->vendor, "of a machine check: whose processor it was, intel or amd")
      ->type_name("VENDOR");
  options.add_option("--bank", given->bank, "of a machine check: the bank's number")->type_name("NUMBER");
  options.add_option("--family", given->family, "of a machine check: the processor's family (6, 0x19)")
      ->type_name("NUMBER");
  options.add_option("--model", given->model, "of a machine check: the processor's model (85, 0x21)")
      ->type_name("NUMBER");
  options.add_option("--ipid", given->ipid, "of a machine check on AMD: MCA_IPID, which names the bank for certain")
      ->type_name("HEX");
  options.add_option("--addr", given->address, "of a machine check: MCi_ADDR")->type_name("HEX");
  options.add_option("--misc", given->misc, "of a machine check: MCi_MISC")->type_name("HEX");
  options.add_option("--arch", given->arch, "of addresses, code and exception codes: x86_64, arm64, ...")
      ->type_name("ARCH");
  options.add_flag("--correctable", given->correctable, "of AER bits: they are from the correctable error status");
  options.add_option("--severity", given->severity, "of AER bits: the mask that says which errors are fatal")
      ->type_name("HEX");
  return [given](std::span<const std::string> arguments) { return decode(*given, arguments); };
}

constexpr std::array kArguments = {
    Argument{"[WHAT] [VALUE...]",
             "a kind and a value, or a value alone, which is then recognised by its form; - is standard input. Without "
             "any, the kinds are listed"},
};

constexpr std::array kExamples = {
    Example{"A taint mask:", "inquest decode taint 4609"},
    Example{"Why init died:", "inquest decode exit 0x00000200"},
    Example{"A machine check's status:", "inquest decode mce be00000000800400 --vendor intel"},
    Example{"The lines of a machine check, as the kernel printed them:",
            "journalctl -k -b | grep 'Hardware Error' | inquest decode mce -"},
    Example{"The instruction at the fault:", "inquest decode code '48 8b 47 18 <0f> 0b 48 89'"},
    Example{"Whatever this is:", "inquest decode 0xdead000000000122"},
};

}  // namespace

extern const Command decode_command;
const Command decode_command = {
    .name = kName,
    .summary = "explains one number or line of a crash: taint, exit status, machine check, fault, Xid, ...",
    .description =
        "Says what it is, what it means, what it does not mean, and what to look at next. Works without a network and "
        "without the machine that "
        "crashed. A value that is given without its kind is recognised where its form allows that, and the reading "
        "that was taken is "
        "named; where several are equally likely, each is given in short.",
    .arguments = kArguments,
    .examples = kExamples,
    .define = define,
};

}  // namespace inquest::app
