package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.core.FieldChecks.text;

import io.i2kit.apiserver.registry.FieldError;
import io.i2kit.apiserver.registry.Meta;
import io.i2kit.apiserver.registry.PathSegments;
import io.i2kit.apiserver.registry.RestStrategy;
import io.i2kit.apiserver.registry.core.FieldChecks;
import io.i2kit.apiserver.registry.core.NetworkRules;
import io.i2kit.apiserver.registry.core.ServiceAddresses;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * IPAddresses: {@code pkg/registry/networking/ipaddress/strategy.go} and {@code pkg/apis/networking/validation}. Those of Services are
 * written with their Services; one of somebody else keeps its address from them.
 */
final class IpAddressStrategy implements RestStrategy {
    private static final String PARENT = "spec.parentRef";

    private final ServiceAllocator allocator;

    IpAddressStrategy(ServiceAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void validateName(String name, boolean prefix, Consumer<String> problems) {
        String fault = NetworkRules.canonicalAddressFault(name);
        if (!fault.isEmpty()) {
            problems.accept(fault);
        }
    }

    @Override
    public void validate(ObjectNode object, Consumer<FieldError> errors) {
        FieldChecks checks = new FieldChecks(errors);
        JsonNode parent = object.path("spec").path("parentRef");
        if (!parent.isObject()) {
            checks.required(PARENT, "");
            return;
        }
        if (!text(parent, "group").isEmpty()) {
            checks.subdomain(text(parent, "group"), PARENT + ".group");
        }
        for (String field : List.of("resource", "name", "namespace")) {
            String value = text(parent, field);
            PathSegments.name(value, problem -> checks.invalid(PARENT + "." + field, value, problem));
        }
        for (String field : List.of("resource", "name")) {
            if (text(parent, field).isEmpty()) {
                checks.required(PARENT + "." + field, "");
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode object, ObjectNode old, Consumer<FieldError> errors) {
        validate(object, errors);
        new FieldChecks(errors)
                .frozen(object.path("spec").path("parentRef"), old.path("spec").path("parentRef"), PARENT);
    }

    @Override
    public Reservation reserve(ObjectNode object, @Nullable ObjectNode old) {
        if (old != null || ServiceAddresses.isManaged(object)) {
            return Reservation.NONE;
        }
        String address = Meta.name(object);
        allocator.keep(address);
        return new Reservation() {
            @Override
            public void release() {
                allocator.release(address);
            }
        };
    }

    @Override
    public void removed(ObjectNode object) {
        allocator.release(Meta.name(object));
    }
}
