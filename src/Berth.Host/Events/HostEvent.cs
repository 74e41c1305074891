using System.Collections.Frozen;
using System.Reflection;
using Berth.Events;

namespace Berth.Host.Events;

/// <summary>An event on its way through the bus.</summary>
/// <param name="Type">The CloudEvents type.</param>
/// <param name="Data">What happened.</param>
/// <param name="At">When.</param>
/// <param name="Plugin">The version it is about, if it is about one.</param>
/// <param name="UserId">Whose event it is; <see langword="null"/> for what only administrators see.</param>
/// <param name="Number">Its number in the outbox when it was read there; <see langword="null"/> when the host has just raised it.</param>
public sealed record HostEvent(
    string Type, BerthEvent Data, DateTimeOffset At, PluginVersionId? Plugin = null, string? UserId = null, long? Number = null)
{
    private static readonly FrozenDictionary<Type, PropertyInfo> Slugs = EventCatalogue.Types
        .Select(type => EventCatalogue.RecordOf(type)!.GetProperty("Slug"))
        .OfType<PropertyInfo>()
        .ToFrozenDictionary(slug => slug.DeclaringType!);

    /// <summary>With which outcome it goes into the audit.</summary>
    public AuditOutcome Outcome { get; } = EventCatalogue.DescriptionOf(Data.GetType())?.Audit ?? AuditOutcome.None;

    /// <summary>Whether it is never dropped.</summary>
    public bool IsProtected => Outcome != AuditOutcome.None;

    /// <summary>The plugin that it is about, if it is about one.</summary>
    public string? Slug => Plugin?.Slug ?? (Slugs.GetValueOrDefault(Data.GetType())?.GetValue(Data) as string);

    /// <summary>Whether a record can be about a plugin.</summary>
    internal static bool IsAboutPlugin(Type record) => Slugs.ContainsKey(record);
}
