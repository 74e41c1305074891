namespace Berth;

/// <summary>The user on whose behalf a call runs. Scoped to the request.</summary>
public interface IPluginUser
{
    /// <summary>The user's id: 32 lower-case hexadecimal digits.</summary>
    string Id { get; }

    /// <summary>The user's display name.</summary>
    string Name { get; }

    /// <summary>The user's roles in the application, for example <c>admin</c>.</summary>
    IReadOnlyCollection<string> Roles { get; }
}
