@NullMarked
package io.i2kit.apiserver;

import org.jspecify.annotations.NullMarked;
