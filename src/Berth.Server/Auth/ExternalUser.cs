namespace Berth.Server.Auth;

/// <summary>A user of the application that embeds Berth.</summary>
/// <param name="Id">Stable and unique in the application; any text. 32 lower-case hexadecimal digits are taken as they are, anything else is hashed to that form.</param>
/// <param name="Name">For people.</param>
/// <param name="Roles">The role <c>admin</c> may administrate Berth.</param>
public sealed record ExternalUser(string Id, string Name, IReadOnlyList<string> Roles);
