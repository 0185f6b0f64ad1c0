package io.i2kit.apiserver.registry;

/**
 * What an API server is made of below HTTP.
 *
 * @param table the kinds
 * @param store reads and writes them
 * @param objects the same for controllers
 */
public record Registry(ResourceTable table, Store store, ObjectClient objects) {}
