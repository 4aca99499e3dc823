-- Adds to what is counted of a day of a page, in one slot. A page view takes the place of the clicks that waited for one.
insert into page_days (program_id, mode, day, host, path, slot, views, views_with_click, cookie_failed, consent_denied,
    sign_ups, sign_ups_with_click, clicks, clicks_since_view, first_at, last_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (program_id, mode, host, path, day, slot) do update
set views = page_days.views + excluded.views,
    views_with_click = page_days.views_with_click + excluded.views_with_click,
    cookie_failed = page_days.cookie_failed + excluded.cookie_failed,
    consent_denied = page_days.consent_denied + excluded.consent_denied,
    sign_ups = page_days.sign_ups + excluded.sign_ups,
    sign_ups_with_click = page_days.sign_ups_with_click + excluded.sign_ups_with_click,
    clicks = page_days.clicks + excluded.clicks,
    clicks_since_view = case when excluded.views > 0 then excluded.clicks_since_view
        else page_days.clicks_since_view + excluded.clicks_since_view end,
    first_at = case when page_days.first_at is null or excluded.first_at < page_days.first_at then excluded.first_at
        else page_days.first_at end,
    last_at = case when page_days.last_at is null or excluded.last_at > page_days.last_at then excluded.last_at
        else page_days.last_at end
