#pragma once

#include <string>
#include <string_view>

#include "event/report.h"
#include "pipeline/config.h"

namespace tidings {

/// `options` with the value of every option `-D…=value` or `-X…:value` replaced by `***` whose name
/// ends in one of config.words. Words end at anything that is no letter or digit and where camel
/// case changes (`keyStorePassword`); their case does not count. A value reaches to the next ` -`,
/// since the options were joined without quotes.
std::string MaskJvmOptions(std::string_view options, const MaskingConfig& config);

/// Masks the parameters that the configuration names. To be called after ids were derived.
void MaskSecrets(const Report& report, ReportBatch& batch, const MaskingConfig& config);

}  // namespace tidings
