// lscpu: which CPU it is, in English, German, French, Spanish or Italian. docs/formats/lscpu.md
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/tool_output.h"

namespace inquest::decode {
namespace {

// lscpu's words (util-linux sys-utils/lscpu.c and po/*.po) and the key that each makes.
struct Word {
  std::string_view word;
  std::string_view key;
};
constexpr Word kWords[] = {
    {"Architecture", "architecture"},
    {"Architektur", "architecture"},
    {"CPU(s)", "count"},
    {"Model name", "model-name"},
    {"Modellname", "model-name"},
    {"Vendor ID", "vendor"},
    {"Anbieterkennung", "vendor"},
    {"CPU family", "family"},
    {"Prozessorfamilie", "family"},
    {"Model", "model"},
    {"Modell", "model"},
    {"Stepping", "stepping"},
    {"Thread(s) per core", "threads-per-core"},
    {"Thread(s) pro Kern", "threads-per-core"},
    {"Core(s) per socket", "cores-per-socket"},
    {"Kern(e) pro Socket", "cores-per-socket"},
    {"Kern(e) pro Sockel", "cores-per-socket"},
    {"Socket(s)", "sockets"},
    {"Sockel", "sockets"},
    {"NUMA node(s)", "numa-nodes"},
    {"NUMA-Knoten", "numa-nodes"},
    {"On-line CPU(s) list", "online"},
    {"Liste der Online-CPU(s)", "online"},
    {"Off-line CPU(s) list", "offline"},
    {"Virtualization", "virtualization"},
    {"Virtualisierung", "virtualization"},
    {"Hypervisor vendor", "hypervisor"},
    {"Hypervisor-Anbieter", "hypervisor"},
    {"Processeur(s)", "count"},
    {"Nom de modèle", "model-name"},
    {"Identifiant constructeur", "vendor"},
    {"Famille de processeur", "family"},
    {"Modèle", "model"},
    {"Révision", "stepping"},
    {"Thread(s) par cœur", "threads-per-core"},
    {"Cœur(s) par socket", "cores-per-socket"},
    {"Nœud(s) NUMA", "numa-nodes"},
    {"Virtualisation", "virtualization"},
    {"Arquitectura", "architecture"},
    {"Nombre del modelo", "model-name"},
    {"ID de fabricante", "vendor"},
    {"Familia de CPU", "family"},
    {"Modelo", "model"},
    {"Hilo(s) de procesamiento por núcleo", "threads-per-core"},
    {"Núcleo(s) por «socket»", "cores-per-socket"},
    {"Modo(s) NUMA", "numa-nodes"},
    {"Virtualización", "virtualization"},
    {"Architettura", "architecture"},
    {"Nome del modello", "model-name"},
    {"ID fornitore", "vendor"},
    {"Famiglia CPU", "family"},
    {"Modello", "model"},
    {"CPU max MHz", "max-mhz"},
    {"Maximale Taktfrequenz der CPU", "max-mhz"},
};

std::string_view key_of_word(std::string_view word) {
  for (const Word& each : kWords) {
    if (word == each.word) return each.key;
  }
  return {};
}

class Lscpu : public ToolReader {
 public:
  explicit Lscpu(Sink& sink) : ToolReader(sink, {"lscpu"}) {}

 private:
  void output(std::string_view text, const Place& place) override {
    const auto field = split_field(text);
    if (!field || field->value.empty()) return;  // headings of newer versions
    const std::string_view key = key_of_word(field->key);
    if (!key.empty()) return fact(fmt::format("cpu.{}", key), field->value.substr(0, 256), place);
    if (field->key == "Flags" && field->value.find(" hypervisor") != std::string_view::npos)
      fact("cpu.guest", "yes", place);
  }
};

Claim sniff(const Head& head) {
  const ToolHead tool = tool_head(head, {"lscpu"}, 50);
  size_t known = 0;
  bool first = false;
  for (const std::string_view line : tool.lines) {
    const auto field = split_field(line);
    if (!field) continue;
    if (!key_of_word(field->key).empty()) ++known;
    first = first || key_of_word(field->key) == "architecture";
  }
  if (tool.asked && known != 0) return Claim::Certain;
  return first && known >= 3 ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<Lscpu>(sink); }

}  // namespace

extern const Decoder lscpu_decoder;
const Decoder lscpu_decoder{"lscpu", "lscpu: which CPU it is", sniff, open};

}  // namespace inquest::decode
