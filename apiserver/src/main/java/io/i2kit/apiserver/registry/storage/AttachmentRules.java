package io.i2kit.apiserver.registry.storage;

import io.i2kit.apiserver.registry.Names;
import io.i2kit.apiserver.registry.core.FieldChecks;
import java.util.Locale;

/** Rules that CSINodes and VolumeAttachments share. */
final class AttachmentRules {
    private static final int MAX_DRIVER_NAME = 63;

    private AttachmentRules() {}

    /** {@code ValidateCSIDriverName}. */
    static void driverName(String name, String path, FieldChecks checks) {
        if (name.isEmpty()) {
            checks.required(path, "");
            return;
        }
        if (name.length() > MAX_DRIVER_NAME) {
            checks.tooLong(path, MAX_DRIVER_NAME);
        }
        Names.dns1123Subdomain(name.toLowerCase(Locale.ROOT), false, problem -> checks.invalid(path, name, problem));
    }
}
