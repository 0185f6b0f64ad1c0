/**
 * Launch templates and Auto Scaling groups as the {@code GroupProvider}: a group keeps its machines by itself, i2kit sets the count
 * and names the victims. Imports {@code cloud.aws}, {@code cloud.aws.api}, {@code cloud.aws.metadata}, {@code cloud.model},
 * {@code cloud.provider} and Caffeine.
 */
@NullMarked
package io.i2kit.cloud.aws.groups;

import org.jspecify.annotations.NullMarked;
