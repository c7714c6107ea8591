-- Put the slugs of the actors that were made where staged lines call them by name.
UPDATE staged_statement s SET
    speaker = coalesce((SELECT m.slug FROM made_actor m WHERE m.handle = s.speaker), s.speaker),
    holder = coalesce((SELECT m.slug FROM made_actor m WHERE m.handle = s.holder), s.holder),
    on_behalf_of = coalesce((SELECT m.slug FROM made_actor m WHERE m.handle = s.on_behalf_of), s.on_behalf_of)
WHERE EXISTS (SELECT FROM made_actor m WHERE m.handle IN (s.speaker, s.holder, s.on_behalf_of))
