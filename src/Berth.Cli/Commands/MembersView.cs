using Berth.Cli.Http;

namespace Berth.Cli.Commands;

/// <summary>What an operation took along, in a sentence.</summary>
internal static class MembersView
{
    /// <summary>Starts with a space; empty when nothing came along.</summary>
    public static string Sentence(IReadOnlyList<MemberResult>? members) => members is not { Count: > 0 } ? "" : " Along: " + string.Join(", ", members.Select(member =>
        member.PreviousVersion is null ? $"{member.Kind} {member.PluginSlug} {member.Version}" : $"{member.Kind} {member.PluginSlug} {member.PreviousVersion} to {member.Version}")) + ".";
}
