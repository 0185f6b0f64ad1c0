package io.i2kit.apiserver.typed;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fields of one class of the model. Its methods are not looked at: their signatures name the builders, and three hundred classes
 * would be loaded to be never used.
 */
final class ModelClass {
    /** Where the model keeps fields that it does not know. */
    private static final String OTHERS = "additionalProperties";

    private static final ClassValue<ModelClass> KNOWN = new ClassValue<>() {
        @Override
        protected ModelClass computeValue(Class<?> type) {
            return new ModelClass(type);
        }
    };

    private final Constructor<?> constructor;
    private final Map<String, Property> properties = new LinkedHashMap<>();
    private final Property others;

    /** A field as JSON names it; the model's fields have these names. */
    record Property(Field field, Type type) {
        Object of(Object owner) {
            try {
                return field.get(owner);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        void set(Object owner, Object value) {
            try {
                field.set(owner, value);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private ModelClass(Class<?> type) {
        try {
            constructor = type.getDeclaredConstructor();
            others = property(type.getDeclaredField(OTHERS));
        } catch (NoSuchMethodException | NoSuchFieldException e) {
            throw new IllegalArgumentException(type + " is no class of the model", e);
        }
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getName().equals(OTHERS)) {
                properties.put(field.getName(), property(field));
            }
        }
    }

    private static Property property(Field field) {
        field.setAccessible(true);
        return new Property(field, field.getGenericType());
    }

    static ModelClass of(Class<?> type) {
        return KNOWN.get(type);
    }

    Map<String, Property> properties() {
        return properties;
    }

    Property others() {
        return others;
    }

    Object create() {
        try {
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
