// inquest formats: what can be read.
#include <fmt/format.h>

#include "app/command.h"
#include "app/output.h"
#include "app/terminal.h"
#include "decode/decoder.h"
#include "report/text.h"

namespace inquest::app {
namespace {

ExitStatus list_formats(std::span<const std::string> /*arguments*/) {
  report::List list{report::List::Kind::Labelled, {}};
  for (const decode::Decoder* decoder : decode::decoders()) {
    list.items.push_back({report::Text(decoder->name, report::Style::Strong), {report::Text(decoder->summary)}, {}});
  }
  const report::Document document = {report::Heading{2, "Formats"}, std::move(list)};
  return print(report::render_text(document, text_width(), use_colour(Colour::Auto)));
}

}  // namespace

extern const Command formats_command;
const Command formats_command = {
    .name = "formats",
    .summary = "lists the formats of evidence that can be read",
    .description =
        "The name is what a report gives as the kind of a piece of evidence. Formats are recognised by their "
        "content, never by a file's name. Archives (tar, zip) and compressed files are opened on the way.",
    .arguments = {},
    .examples = {},
    .define = [](CLI::App&) -> Run { return list_formats; },
};

}  // namespace inquest::app
