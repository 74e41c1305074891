namespace Berth.Registry.Versions;

/// <summary>Who asks for a change in the registry.</summary>
/// <param name="UserId">Whose rights count.</param>
/// <param name="ActorId">Who is written down; another one when an administrator acts for somebody.</param>
/// <param name="IsAdministrator">Whether everything is permitted.</param>
public sealed record RegistryActor(string UserId, string ActorId, bool IsAdministrator);
