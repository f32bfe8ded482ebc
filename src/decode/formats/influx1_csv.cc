// CSV of InfluxDB 1: `influx -format csv`. docs/formats/influx1_csv.md
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "decode/csv_reader.h"
#include "decode/decoder.h"
#include "decode/sample_table.h"
#include "decode/telemetry.h"

namespace inquest::decode {
namespace {

using Fields = std::span<const std::string_view>;

// "name,time,..." or, of a query with GROUP BY, "name,tags,time,...".
bool is_header(Fields fields) {
  if (fields.size() < 3 || fields[0] != "name") return false;
  return fields[1] == "time" || (fields.size() > 3 && fields[1] == "tags" && fields[2] == "time");
}

class Influx1Csv : public CsvReader {
 public:
  explicit Influx1Csv(Sink& to) : CsvReader(to), telemetry_(to), table_(telemetry_) {}

 protected:
  size_t width() const override { return table_.width(); }

  void row(const CsvRow& row, std::string_view text, const Place& place) override {
    const Fields fields = row.fields();
    if (text.empty()) return;
    if (fields[0] == "name" && is_header(fields)) {
      // The same header comes again with every so many rows; what was learnt about its columns stays.
      if (!std::ranges::equal(fields, header_)) header(fields);
    } else if (header_.empty()) {
      sink().problem(place, "a row before any header");
    } else {
      table_.row(fields, place);
    }
  }

  void end() override {
    CsvReader::end();
    telemetry_.finish();
  }

 private:
  void header(Fields fields) {
    header_.assign(fields.begin(), fields.end());
    const bool tagged = fields[1] == "tags";
    std::vector<Column> columns = {{"name", Role::Measurement, ""}};
    if (tagged) columns.push_back({"tags", Role::Tags, ""});
    columns.push_back({"time", Role::Time, ""});
    for (const std::string_view name : fields.subspan(columns.size())) {
      // Without GROUP BY, `SELECT *` gives tags as columns.
      const Role role = tagged ? Role::GuessField : name == "host" ? Role::Host : Role::Guess;
      columns.push_back({std::string(name), role, ""});
    }
    table_.define(std::move(columns));
  }

  Telemetry telemetry_;
  SampleTable table_;
  std::vector<std::string> header_;
};

Claim sniff(const Head& head) {
  CsvRow row;
  for (const std::string_view line : head.lines(20)) {
    if (line.empty()) continue;
    row.split(line);
    return is_header(row.fields()) ? Claim::Certain : Claim::No;
  }
  return Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Influx1Csv>(sink); }

}  // namespace

extern const Decoder influx1_csv_decoder;
const Decoder influx1_csv_decoder = {"influx1_csv", "CSV of InfluxDB 1's shell", sniff, open};

}  // namespace inquest::decode
