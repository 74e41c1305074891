namespace Berth.Packaging.Manifest;

/// <summary>The codes of everything that <see cref="ManifestReader"/> refuses. Stable: clients and tests read them.</summary>
public static class ManifestFaultCodes
{
    /// <summary>Not JSON.</summary>
    public const string Json = "manifest.json.invalid";

    /// <summary>Nested too deeply.</summary>
    public const string Depth = "manifest.json.depth";

    /// <summary>Text that is not Unicode.</summary>
    public const string Unicode = "manifest.json.unicode";

    /// <summary>More faults than are listed.</summary>
    public const string TooMany = "manifest.faults.truncated";

    /// <summary>A member occurs twice.</summary>
    public const string MemberDuplicate = "manifest.member.duplicate";

    /// <summary>A member that the manifest does not know.</summary>
    public const string MemberUnknown = "manifest.member.unknown";

    /// <summary>A required member is not there.</summary>
    public const string MemberMissing = "manifest.member.missing";

    /// <summary>A value of the wrong JSON type.</summary>
    public const string Type = "manifest.value.type";

    /// <summary>A value that is none of the allowed ones.</summary>
    public const string Choice = "manifest.value.choice";

    /// <summary>A number out of range.</summary>
    public const string Range = "manifest.value.range";

    /// <summary>A quantity with an unknown unit.</summary>
    public const string Unit = "manifest.value.unit";

    /// <summary>A text that is too short or too long.</summary>
    public const string TextLength = "manifest.text.length";

    /// <summary>A text with control characters.</summary>
    public const string TextControl = "manifest.text.control";

    /// <summary>A text that is not of the required form.</summary>
    public const string TextForm = "manifest.text.form";

    /// <summary>A list with too many items.</summary>
    public const string ListLength = "manifest.list.length";

    /// <summary>An item that occurs twice in a list.</summary>
    public const string ListDuplicate = "manifest.list.duplicate";

    /// <summary>The slug breaks its rule.</summary>
    public const string Name = "manifest.name.invalid";

    /// <summary>Not a SemVer 2.0.0 version.</summary>
    public const string Version = "manifest.version.invalid";

    /// <summary>Not a version range.</summary>
    public const string VersionRange = "manifest.range.invalid";

    /// <summary>Not an SPDX licence expression.</summary>
    public const string License = "manifest.license.invalid";

    /// <summary>Not an address of an allowed kind.</summary>
    public const string Url = "manifest.url.invalid";

    /// <summary>A path that no package can contain.</summary>
    public const string Path = "manifest.path.invalid";

    /// <summary>The front end's entry lies where no file is served from.</summary>
    public const string EntryNotServed = "manifest.entry.not_served";

    /// <summary>An assembly lies where none is loaded from.</summary>
    public const string AssemblyPlace = "manifest.assembly.place";

    /// <summary>The isolation level that is asked for does not run this kind of code.</summary>
    public const string VmLevel = "manifest.vm.level";

    /// <summary>A plugin for the isolation level <c>vm</c> has what only .NET code can have.</summary>
    public const string VmUnsupported = "manifest.vm.unsupported";

    /// <summary><c>type</c> contradicts the sections.</summary>
    public const string TypeContradiction = "manifest.type.contradiction";

    /// <summary>A plugin depends on, conflicts with or consumes itself.</summary>
    public const string DependencySelf = "manifest.dependency.self";

    /// <summary>A plugin is required and optional, or named twice in other case.</summary>
    public const string DependencyDuplicate = "manifest.dependency.duplicate";

    /// <summary>An unknown capability.</summary>
    public const string Capability = "manifest.capability.unknown";

    /// <summary>Not a host that a plugin could connect to.</summary>
    public const string NetworkHost = "manifest.network.host";

    /// <summary>Not a SHA-256.</summary>
    public const string Checksum = "manifest.checksum.invalid";

    /// <summary>A local guard without class, or an external one without source.</summary>
    public const string Guard = "manifest.guard.incomplete";

    /// <summary>A guard depends on an unknown guard, on itself, or in a circle; or comes from a plugin that is no dependency.</summary>
    public const string GuardDependency = "manifest.guard.dependency";

    /// <summary>A keyword of JSON Schema that settings do not support.</summary>
    public const string ConfigKeyword = "manifest.config.keyword";

    /// <summary>A part of the settings' schema that contradicts another.</summary>
    public const string ConfigContradiction = "manifest.config.contradiction";

    /// <summary>A pattern that cannot be evaluated in linear time, or is none.</summary>
    public const string ConfigPattern = "manifest.config.pattern";

    /// <summary>A default that its own schema refuses.</summary>
    public const string ConfigDefault = "manifest.config.default";

    /// <summary>A secret that is no text or has a default that everybody could read.</summary>
    public const string ConfigSecret = "manifest.config.secret";
}
