namespace Berth;

/// <summary>The calling user's settings as JSON text. Prefer <see cref="IUserSettings{T}"/>.</summary>
public interface IUserSettingsSource
{
    /// <summary>A JSON object; empty when the user changed nothing and the manifest has no defaults.</summary>
    string Json { get; }
}
