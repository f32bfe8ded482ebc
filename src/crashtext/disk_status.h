// What ATA and SCSI disks answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// ATA status and error registers: "res 51/40:..", "status: { DRDY ERR }", "error: { UNC }" (ACS, 6.2 and 6.3).
Reading read_ata(uint8_t status, uint8_t error);
// libata's own view of a failed command: "Emask 0x4 (timeout)".
Reading read_ata_emask(uint32_t emask);
// SCSI sense: key, additional code and qualifier (SPC, 4.5.6 and annex D): 3, 0x11, 0x00.
Reading read_sense(uint8_t key, uint8_t asc, uint8_t ascq);

// What a line says: "res 51/40:00:.. Emask 0x9 (media error)", "Sense Key : Medium Error [current]" (without its code),
// "exception Emask 0x10 SAct 0x1 SErr 0x400000 action 0x6 frozen". Nothing for others.
std::optional<Reading> read_disk_line(std::string_view line);

}  // namespace inquest::crashtext
