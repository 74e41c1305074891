namespace Berth.Server.Auth;

/// <summary>A user.</summary>
/// <param name="Id">32 lower-case hexadecimal digits.</param>
/// <param name="Username">As it was given.</param>
/// <param name="Roles">For example <c>admin</c>.</param>
/// <param name="CreatedAt">When.</param>
public sealed record UserRecord(string Id, string Username, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt);

/// <summary>A user to create.</summary>
/// <param name="Username">1 to 128 characters, no control characters; unique without regard to case.</param>
/// <param name="PasswordHash">For signing in with a password, if wanted.</param>
/// <param name="Roles">Roles.</param>
public sealed record NewUser(string Username, string? PasswordHash, IReadOnlyList<string> Roles);
