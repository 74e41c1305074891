using Berth.Registry.Versions;

namespace Berth.Registry.Publishers;

/// <summary>Publishers, who belongs to them, and the beginnings of slugs that are theirs.</summary>
public interface IPublishers
{
    /// <summary>A publisher by name. A person's own is made when it is asked for the first time.</summary>
    Task<PublisherRecord?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Publishers by name, after one.</summary>
    Task<IReadOnlyList<PublisherRecord>> ListAsync(int limit, string? after, CancellationToken cancellationToken = default);

    /// <summary>Whether the account acts for the publisher of a plugin: it owns it, or is a member of its organisation who may publish.</summary>
    Task<bool> ActsForAsync(string slug, string userId, CancellationToken cancellationToken = default);

    /// <summary>Slugs of its plugins.</summary>
    Task<IReadOnlyList<string>> SlugsAsync(PublisherRecord publisher, CancellationToken cancellationToken = default);

    /// <summary>Makes an organisation; the caller becomes its owner.</summary>
    Task<PublisherOutcome> CreateAsync(RegistryActor actor, string name, string displayName, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Changes the name that people read. Needs an admin.</summary>
    Task<PublisherOutcome> RenameAsync(RegistryActor actor, string name, string displayName, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Removes an organisation that owns no plugin any more. Needs an owner.</summary>
    Task<PublisherOutcome> RemoveAsync(RegistryActor actor, string name, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Who belongs to it; <see langword="null"/> when the caller neither does nor administrates.</summary>
    Task<IReadOnlyList<PublisherMember>?> MembersAsync(RegistryActor actor, PublisherRecord publisher, CancellationToken cancellationToken = default);

    /// <summary>Changes a member's role. Needs an admin; an owner where owners are concerned. There is always an owner left.</summary>
    Task<PublisherOutcome> SetRoleAsync(RegistryActor actor, string name, string userId, string role, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Ends a membership. Everybody may end their own. There is always an owner left.</summary>
    Task<PublisherOutcome> RemoveMemberAsync(RegistryActor actor, string name, string userId, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps new slugs with this beginning for the publisher. An administrator grants any; an admin of a verified publisher may
    /// take its own name with a dot or a hyphen, unless somebody else has a plugin below it.
    /// </summary>
    Task<PublisherOutcome> GrantPrefixAsync(RegistryActor actor, string name, string prefix, bool isDryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Gives a beginning free. Needs an admin.</summary>
    Task<PublisherOutcome> RevokePrefixAsync(RegistryActor actor, string name, string prefix, bool isDryRun = false, CancellationToken cancellationToken = default);
}
