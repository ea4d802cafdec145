package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// object reads typed properties and notes each that is of another type or not known at all.
// Unset properties and those whose value isn't known yet (on preview) read as empty.
type object struct {
	path     string // with a dot at its end, unless it is empty
	values   resource.PropertyMap
	problems *[]string
}

func (o object) refuse(key resource.PropertyKey, rule string) {
	value := o.values[key]
	*o.problems = append(*o.problems, fmt.Sprintf("%s%s %v is not supported: %s", o.path, key, printable(value), rule))
}

// only refuses every property with another name than these.
func (o object) only(names ...resource.PropertyKey) {
	for _, key := range slices.Sorted(maps.Keys(o.values)) {
		if !slices.Contains(names, key) {
			o.refuse(key, fmt.Sprintf("remove it; this plugin knows %s%s", o.path, strings.Join(asStrings(names), ", "+o.path)))
		}
	}
}

func (o object) get(key resource.PropertyKey, is func(resource.PropertyValue) bool, rule string) (resource.PropertyValue, bool) {
	value := o.values[key]
	if value.IsNull() || value.IsComputed() || value.IsOutput() {
		return value, false
	}
	if !is(value) {
		o.refuse(key, rule)
		return value, false
	}
	return value, true
}

func (o object) text(key resource.PropertyKey) string {
	if value, ok := o.get(key, resource.PropertyValue.IsString, "it has to be a string"); ok {
		return value.StringValue()
	}
	return ""
}

func (o object) flag(key resource.PropertyKey) bool {
	value, ok := o.get(key, resource.PropertyValue.IsBool, "it has to be true or false")
	return ok && value.BoolValue()
}

func (o object) object(key resource.PropertyKey) object {
	inner := object{path: o.path + string(key) + ".", problems: o.problems}
	if value, ok := o.get(key, resource.PropertyValue.IsObject, "it has to be an object"); ok {
		inner.values = value.ObjectValue()
	}
	return inner
}

func (o object) texts(key resource.PropertyKey) (texts []string) {
	if value, ok := o.get(key, resource.PropertyValue.IsArray, "it has to be a list of strings"); ok {
		for i, element := range value.ArrayValue() {
			name := resource.PropertyKey(fmt.Sprint(i))
			inner := object{o.path + string(key) + ".", resource.PropertyMap{name: element}, o.problems}
			texts = append(texts, inner.text(name))
		}
	}
	return texts
}

func (o object) textMap(key resource.PropertyKey) map[string]*string {
	texts := map[string]*string{}
	inner := o.object(key)
	for name := range inner.values {
		text := inner.text(name)
		texts[string(name)] = &text
	}
	return texts
}

// printable is the value as a person would write it, but for long ones.
func printable(value resource.PropertyValue) any {
	if value.IsString() {
		return fmt.Sprintf("%q", value.StringValue())
	}
	if value.IsObject() || value.IsArray() {
		return "(" + value.TypeString() + ")"
	}
	return value.V
}

func asStrings(keys []resource.PropertyKey) (names []string) {
	for _, key := range keys {
		names = append(names, string(key))
	}
	return names
}
