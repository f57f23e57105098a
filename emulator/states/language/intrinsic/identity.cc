#include "emulator/states/language/intrinsic/functions.h"

namespace bedlam::states::intrinsic {

Result<Json, Misuse> uuid(const Arguments&, Random& random) {
  return Json(random.uuid());
}

}  // namespace bedlam::states::intrinsic
