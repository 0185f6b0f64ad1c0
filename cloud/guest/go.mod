module i2kit.io/guest

go 1.19
